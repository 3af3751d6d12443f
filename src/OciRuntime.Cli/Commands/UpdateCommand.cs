using System.Globalization;
using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>update ID</c>: changes the limits of a running container.</summary>
internal static class UpdateCommand
{
    private const int MostJson = 1 << 20;

    internal static readonly Command Definition = new(
        "update",
        "[command options] <container-id>",
        "change the limits of a container",
        [
            new Option("resources", 'r', "FILE|-", "linux.resources as JSON (- for stdin); overrides the other options"),
            new Option("blkio-weight", '\0', "WEIGHT", "block I/O weight, 10 to 1000"),
            new Option("cpu-period", '\0', "USEC", "period of the CPU quota"),
            new Option("cpu-quota", '\0', "USEC", "CPU time in a period; -1 is unlimited"),
            new Option("cpu-burst", '\0', "USEC", "CPU time that may be saved up"),
            new Option("cpu-share", '\0', "SHARES", "CPU weight, 2 to 262144"),
            new Option("cpu-rt-period", '\0', "USEC", "realtime period (cgroup v1)"),
            new Option("cpu-rt-runtime", '\0', "USEC", "realtime CPU time in a period (cgroup v1)"),
            new Option("cpu-idle", '\0', "0|1", "1 runs it only when nothing else runs (SCHED_IDLE)"),
            new Option("cpuset-cpus", '\0', "LIST", "CPUs, as 0-3,7"),
            new Option("cpuset-mems", '\0', "LIST", "memory nodes, such as 0-1"),
            new Option("kernel-memory", '\0', "BYTES", "ignored: kernels no longer have this limit"),
            new Option("kernel-memory-tcp", '\0', "BYTES", "ignored: kernels no longer have this limit"),
            new Option("memory", '\0', "BYTES", "memory limit, in bytes or such as 64m; -1 is unlimited"),
            new Option("memory-reservation", '\0', "BYTES", "soft limit of memory"),
            new Option("memory-swap", '\0', "BYTES", "memory and swap together; -1 is unlimited"),
            new Option("pids-limit", '\0', "N", "limit of processes and threads; -1 is unlimited"),
            new Option("l3-cache-schema", '\0', "SCHEMA", "Intel RDT: L3 cache, such as L3:0=7f0;1=1f"),
            new Option("mem-bw-schema", '\0', "SCHEMA", "Intel RDT: memory bandwidth, such as MB:0=20;1=70"),
        ],
        (1, 1),
        Run,
        Ids: Command.NotEnded);

    private static int Run(Invocation invocation)
    {
        ParsedArguments own = invocation.Own;
        OciResources resources = own.Value("resources") is { } file ? Read(file) : OfOptions(own);
        string? cache = own.Value("l3-cache-schema"), bandwidth = own.Value("mem-bw-schema");
        bool rdt = cache is not null || bandwidth is not null;
        invocation.Runtime.Update(invocation.Id, resources, rdt ? new() { L3CacheSchema = cache, MemBwSchema = bandwidth } : null);
        return 0;
    }

    private static OciResources Read(string file)
    {
        const string reading = "read the resources";
        byte[] json = file == "-"
            ? SpecFile.ReadStdin(reading, MostJson)
            : SpecFile.TryRead(file, reading, MostJson) ?? throw KernelError.From(reading, file, "open", Errno.ENOENT);
        return SpecReader.ReadResources(json, file == "-" ? "stdin" : file);
    }

    private static OciResources OfOptions(ParsedArguments own)
    {
        var resources = new OciResources();
        if (own.Number("blkio-weight", 0) is var weight and not 0)
            resources.BlockIO = new() { Weight = weight is > 0 and <= ushort.MaxValue ? (ushort)weight : throw Invalid("blkio-weight", own) };
        if (own.Given("pids-limit"))
            resources.Pids = new() { Limit = own.Number("pids-limit", 0, least: int.MinValue) };
        resources.Cpu = new()
        {
            Cpus = own.Value("cpuset-cpus"),
            Mems = own.Value("cpuset-mems"),
            Idle = Signed("cpu-idle", own),
            Burst = Unsigned("cpu-burst", own),
            Period = Unsigned("cpu-period", own),
            RealtimePeriod = Unsigned("cpu-rt-period", own),
            Shares = Unsigned("cpu-share", own),
            Quota = Signed("cpu-quota", own),
            RealtimeRuntime = Signed("cpu-rt-runtime", own),
        };
        resources.Memory = new()
        {
            Limit = Size("memory", own),
            Swap = Size("memory-swap", own),
            Reservation = Size("memory-reservation", own),
            Kernel = Size("kernel-memory", own),
            KernelTCP = Size("kernel-memory-tcp", own),
        };
        return resources;
    }

    private static long? Signed(string name, ParsedArguments own)
    {
        if (own.Value(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : throw Invalid(name, own);
    }

    private static ulong? Unsigned(string name, ParsedArguments own)
    {
        if (own.Value(name) is not { } text)
            return null;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : throw Invalid(name, own);
    }

    private static long? Size(string name, ParsedArguments own)
    {
        if (own.Value(name) is not { } text)
            return null;
        return ByteSize.TryParse(text, out long bytes) ? bytes : throw Invalid(name, own);
    }

    private static OciException Invalid(string name, ParsedArguments own) =>
        new(OciErrorCode.InvalidArgument, $"invalid value for {name}: \"{own.Value(name)}\"") { Object = name };
}
