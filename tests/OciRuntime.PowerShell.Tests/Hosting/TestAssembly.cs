using Xunit;

// Descriptors, zombies and processes are counted: nothing else may make any meanwhile.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
