using Xunit.Sdk;
using Xunit.v3;

// Descriptors, zombies and processes are counted: nothing else may make any meanwhile.
[assembly: Parallelization(Mode = ParallelMode.None)]
