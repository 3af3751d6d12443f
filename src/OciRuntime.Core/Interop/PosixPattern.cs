using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Interop;

/// <summary>A POSIX extended regular expression (regex(7)), which may match anywhere in a text. Uses the C library, as crun does: .NET's would make ocirun a third larger.</summary>
internal sealed unsafe class PosixPattern : IDisposable
{
    private void* _regex;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="OciException">InvalidArgument: it is not a valid pattern.</exception>
    public PosixPattern(string pattern)
    {
        _regex = NativeMemory.AllocZeroed(Libc.SizeOfRegex);
        int error = Libc.regcomp(_regex, pattern, Libc.REG_EXTENDED | Libc.REG_NOSUB);
        if (error == 0)
            return;
        byte* text = stackalloc byte[128];
        _ = Libc.regerror(error, _regex, text, 128);
        NativeMemory.Free(_regex);
        _regex = null;
        throw new OciException(OciErrorCode.InvalidArgument, $"invalid regular expression \"{pattern}\": {Marshal.PtrToStringUTF8((nint)text)}") { Object = pattern };
    }

    public bool IsMatch(string text) => Libc.regexec(_regex, text, 0, null, 0) == 0;

    public void Dispose()
    {
        if (_regex is null)
            return;
        Libc.regfree(_regex);
        NativeMemory.Free(_regex);
        _regex = null;
    }
}
