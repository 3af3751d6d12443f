using System.Runtime.InteropServices;
using System.Text;

namespace OciRuntime.Core.Launch;

/// <summary>A NULL-terminated array of C strings in one native block.</summary>
internal sealed unsafe class StringVector : IDisposable
{
    private byte** _block;

    public StringVector(IReadOnlyList<string> strings)
    {
        int bytes = 0;
        for (int i = 0; i < strings.Count; i++)
            bytes += Encoding.UTF8.GetByteCount(strings[i]) + 1;
        nuint pointers = (nuint)((strings.Count + 1) * sizeof(byte*));
        _block = (byte**)NativeMemory.Alloc(pointers + (nuint)bytes);
        byte* next = (byte*)_block + pointers;
        for (int i = 0; i < strings.Count; i++)
        {
            _block[i] = next;
            int written = Encoding.UTF8.GetBytes(strings[i], new Span<byte>(next, bytes));
            next[written] = 0;
            next += written + 1;
            bytes -= written + 1;
        }
        _block[strings.Count] = null;
    }

    public byte** Pointer => _block;

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
