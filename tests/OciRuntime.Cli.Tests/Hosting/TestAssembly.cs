using Xunit;

// Containers are timed and counted: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
