using OciRuntime.Cli.Tests.Hosting;
using Xunit.Sdk;
using Xunit.v3;

// Containers are timed and counted: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]

[assembly: NeedsOcirun]
