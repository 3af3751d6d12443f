using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp;

/// <summary>
/// The canonical form of everything that a compiled profile depends on: this build of the compiler, the machine, and every property that the
/// compiler reads. Different inputs have different bytes: every list and string is preceded by its length, every
/// optional number by a mark.
/// </summary>
internal sealed class SeccompKey
{
    private byte[] _bytes = new byte[16 << 10];
    private int _length;

    private SeccompKey(OciSeccomp seccomp)
    {
        Text(Build.Sources);
        Number(SeccompArch.Native?.Token ?? 0);
        Text(seccomp.DefaultAction);
        Optional(seccomp.DefaultErrnoRet);
        Texts(seccomp.Architectures);
        Texts(seccomp.Flags);
        Number(string.IsNullOrEmpty(seccomp.ListenerPath) ? 0u : 1); // which one, and its metadata, are not part of the program
        Number((uint)(seccomp.Syscalls?.Count ?? 0));
        foreach (OciSyscall syscall in seccomp.Syscalls ?? [])
            Rule(syscall);
    }

    /// <summary>The bytes.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The key of a profile.</summary>
    internal static SeccompKey Of(OciSeccomp seccomp) => new(seccomp);

    private void Rule(OciSyscall syscall)
    {
        Texts(syscall.Names);
        Text(syscall.Action);
        Optional(syscall.ErrnoRet);
        Number((uint)(syscall.Args?.Count ?? 0));
        foreach (OciSyscallArg argument in syscall.Args ?? [])
        {
            Number(argument.Index);
            Number((uint)argument.Value);
            Number((uint)(argument.Value >> 32));
            Number((uint)argument.ValueTwo);
            Number((uint)(argument.ValueTwo >> 32));
            Text(argument.Op);
        }
    }

    private void Texts(List<string>? texts)
    {
        Number((uint)(texts?.Count ?? 0));
        foreach (string text in texts ?? [])
            Text(text);
    }

    // The string as UTF-16, which is unique for every string.
    private void Text(string text)
    {
        Number((uint)text.Length);
        Raw(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void Optional(uint? value)
    {
        Number(value is null ? 0u : 1);
        Number(value ?? 0);
    }

    private void Number(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Raw(bytes);
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
