namespace OciRuntime.TestMatrix;

/// <summary>How a test ended.</summary>
internal enum Outcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>One test on one kind of host. Suites that only count have several in one.</summary>
/// <param name="Suite">The program or script that holds the test.</param>
/// <param name="Group">What it is about: the namespace's rest, or the script's name.</param>
/// <param name="Name">The test's name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why it was skipped, or how it failed; empty when it passed.</param>
/// <param name="Count">How many tests this stands for.</param>
/// <param name="Peer">How it ended with another runtime in the same job, where it was run with one.</param>
/// <param name="PeerReason">Why it failed there.</param>
internal sealed record TestResult(string Suite, string Group, string Name, Outcome Outcome, string Reason, int Count = 1, Outcome? Peer = null, string PeerReason = "")
{
    /// <summary>The row of the matrix.</summary>
    public string Row => Group.Length == 0 ? Suite : $"{Suite} {Group}";
}
