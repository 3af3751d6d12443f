using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>This process's own RLIMIT_NOFILE, lowered until disposed.</summary>
internal readonly unsafe ref struct LoweredFileLimit
{
    private readonly bool _set;
    private readonly Libc.rlimit _own;

    private LoweredFileLimit(Libc.rlimit own)
    {
        _set = true;
        _own = own;
    }

    /// <param name="limit">The new limit; null leaves it unchanged.</param>
    public static LoweredFileLimit To(FileLimit? limit)
    {
        Libc.rlimit own;
        if (limit is null || Libc.getrlimit(Libc.RLIMIT_NOFILE, &own) != 0)
            return default;
        var lower = new Libc.rlimit { rlim_cur = limit.Soft, rlim_max = own.rlim_max };
        return Libc.setrlimit(Libc.RLIMIT_NOFILE, &lower) == 0 ? new LoweredFileLimit(own) : default;
    }

    public void Dispose()
    {
        Libc.rlimit own = _own;
        if (_set)
            _ = Libc.setrlimit(Libc.RLIMIT_NOFILE, &own);
    }
}
