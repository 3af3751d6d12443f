using OciRuntime.PowerShell.Tests.Hosting;
using Xunit;

namespace OciRuntime.PowerShell.Tests.Pester;

/// <summary>
/// The twin of tests/Pester: the same files, test by test, in the hosted engine, so that they are proven where pwsh and Pester are missing.
/// </summary>
public sealed class PesterTests
{
    public static TheoryData<string, string> Tests()
    {
        var data = new TheoryData<string, string>();
        foreach (string file in PesterFiles.Files)
        {
            foreach (var test in PesterFiles.Tests(file))
                data.Add(Path.GetFileName(file).Replace(".Tests.ps1", string.Empty), PesterFiles.NameOf(test));
        }
        return data;
    }

    public static TheoryData<string> Files() => [.. PesterFiles.Files.Select(file => Path.GetFileName(file).Replace(".Tests.ps1", string.Empty))];

    [ContainerTheory]
    [MemberData(nameof(Tests))]
    public void Passes(string cmdlet, string test) => Assert.Null(PesterFiles.Result(cmdlet, test));

    // What AfterAll finds: processes, mounts and cgroups of the file's containers.
    [ContainerTheory]
    [MemberData(nameof(Files))]
    public void LeavesNothing(string cmdlet) => Assert.Null(PesterFiles.Leftover(cmdlet));
}
