using OciRuntime.Bench;

// Timings of whole commands, side by side with other runtimes. `--help` says what can be chosen.
if (BenchOptions.Parse(args) is not { } options)
    return 2;
if (PrivateMounts.Reexecute(args) is { } code)
    return code;
using var bench = new Bench(options);
return bench.Run();
