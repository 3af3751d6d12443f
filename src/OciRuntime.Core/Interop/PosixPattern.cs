using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Interop;

/// <summary>An extended regular expression of POSIX (regex(7)), which fits anywhere in a text. The C library's, as crun's: .NET's would make ocirun a third larger.</summary>
internal sealed unsafe class PosixPattern : IDisposable
{
    private void* _regex;

    /// <summary>Reads one.</summary>
    /// <exception cref="OciException">InvalidArgument: it is none.</exception>
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
