using System.Text;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

public class SpecDefaultsTests
{
    [Fact, Needs(Program = "runc")]
    public void DefaultIsRuncs() => Compare(rootless: false);

    [Fact, Needs(Program = "runc")]
    public void RootlessDefaultIsRuncs() => Compare(rootless: true);

    [Fact]
    public void DefaultIsValid()
    {
        SpecValidator.Validate(SpecDefaults.Create());
        SpecValidator.Validate(SpecDefaults.Create(rootless: true));
    }

    [Fact]
    public void EveryCallGivesANewObject()
    {
        OciSpec first = SpecDefaults.Create();
        first.Process!.Args!.Add("x");
        Assert.Equal(["sh"], SpecDefaults.Create().Process!.Args!);
    }

    private static void Compare(bool rootless)
    {
        using var directory = new TemporaryDirectory();
        Machine.Run("runc", rootless ? ["spec", "-b", directory.Path, "--rootless"] : ["spec", "-b", directory.Path]);
        string theirs = File.ReadAllText(directory["config.json"]);
        OciSpec spec = SpecReader.ReadFile(directory["config.json"]);
        // What differs between releases: the version, and ambient capabilities until runc 1.3.
        OciSpec ours = SpecDefaults.Create(rootless);
        ours.OciVersion = spec.OciVersion;
        ours.Process!.Capabilities!.Ambient = spec.Process!.Capabilities!.Ambient;
        Assert.Equal(theirs, Encoding.UTF8.GetString(SpecWriter.Write(ours, indented: true)));
    }
}
