using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>
/// linux.intelRdt without such a processor: a plain directory stands for resctrl. It has no files of the kernel's in directories that
/// are made, so classes that are written to are there before.
/// </summary>
[Collection(Name)]
public sealed class IntelRdtTests : ContainerFixture
{
    private string Plain
    {
        get
        {
            string root = Temporary("resctrl");
            Directory.CreateDirectory(Path.Combine(root, "info"));
            return root;
        }
    }

    [Fact]
    public void SchemataAreWrittenAndMbLinesStayWithTheBandwidth()
    {
        string root = Class("box");
        ResctrlGroup group = ResctrlGroup.Create(root, new() { Schemata = ["L2:0=f"], L3CacheSchema = "L3:0=7f0;1=1f\nMB:0=10", MemBwSchema = "MB:0=20;1=70\nL3:0=1" }, "box");
        Assert.Equal(new ResctrlGroup(root + "/box", Made: false, Monitor: null), group);
        Assert.Equal("L2:0=f\nL3:0=7f0;1=1f\nMB:0=20;1=70\n", File.ReadAllText(root + "/box/schemata"));
        group.Join(42);
        Assert.Equal("42", File.ReadAllText(root + "/box/tasks"));
    }

    [Fact]
    public void AClassWithoutSchemataMustBeThereAndIsKept()
    {
        string root = Plain;
        OciException error = Assert.Throws<OciException>(() => ResctrlGroup.Create(root, new() { ClosID = "gold" }, "box"));
        Assert.Equal((OciErrorCode.FileNotFound, "/linux/intelRdt/closID"), (error.Code, error.SpecPointer));
        Directory.CreateDirectory(root + "/gold");
        ResctrlGroup group = ResctrlGroup.Create(root, new() { ClosID = "gold" }, "box");
        Assert.False(group.Made);
        group.Remove(warning => Assert.Fail(warning));
        Assert.True(Directory.Exists(root + "/gold"));
        Assert.Equal(root, ResctrlGroup.Create(root, new() { ClosID = "/" }, "box").Directory);
    }

    [Fact]
    public void AClassThatCantBeFurnishedIsRemovedAgain()
    {
        string root = Plain;
        OciException error = Assert.Throws<OciException>(() => ResctrlGroup.Create(root, new() { Schemata = ["L3:0=f"] }, "box"));
        Assert.Equal("/linux/intelRdt/schemata", error.SpecPointer);
        Assert.False(Directory.Exists(root + "/box"));
    }

    [Fact]
    public void AMonitoringGroupIsTheContainersOwn()
    {
        string root = Plain;
        Directory.CreateDirectory(root + "/gold/mon_groups");
        ResctrlGroup group = ResctrlGroup.Create(root, new() { ClosID = "gold", EnableMonitoring = true }, "box");
        Assert.True(Directory.Exists(root + "/gold/mon_groups/box"));
        group.Remove(warning => Assert.Fail(warning));
        Assert.Equal([root + "/gold/mon_groups"], Directory.GetFileSystemEntries(root + "/gold"));
    }

    [Fact]
    public void WithoutResctrlItIsSaid()
    {
        OciException error = Assert.Throws<OciException>(() => ResctrlGroup.Create(Temporary("none"), new(), "box"));
        Assert.Equal((OciErrorCode.NotSupported, "/linux/intelRdt"), (error.Code, error.SpecPointer));
        Assert.Contains("CONFIG_X86_CPU_RESCTRL", error.Hint, StringComparison.Ordinal);
    }

    [Fact, Needs(Containers = true)]
    public void TheProcessAndWhatIsExecutedLaterJoin()
    {
        string root = Class("gold");
        var runtime = new ContainerRuntime(new() { Root = Root, ResctrlRoot = root });
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.IntelRdt = new() { ClosID = "gold" };
        runtime.Create(Request("c", spec));
        Assert.Equal($"{runtime.Get("c").Pid}", File.ReadAllText(root + "/gold/tasks"));
        runtime.Start("c");
        using ContainerProcess exec = runtime.Exec(new() { Id = "c", Args = ["true"] });
        exec.Wait();
        Assert.Equal($"{exec.Pid}", File.ReadAllText(root + "/gold/tasks"));
        runtime.Delete("c", force: true);
        Assert.True(Directory.Exists(root + "/gold"));
    }

    [Fact, Needs(Containers = true)]
    public void AnUpdateWritesTheSchemataAndKeepsThem()
    {
        string root = Class("gold"), schemata = root + "/gold/schemata";
        var runtime = new ContainerRuntime(new() { Root = Root, ResctrlRoot = root });
        OciSpec spec = Spec("sleep", "100");
        spec.Linux!.IntelRdt = new() { ClosID = "gold", L3CacheSchema = "L3:0=7f0;1=01f" };
        runtime.Create(Request("c", spec));
        runtime.Update("c", new(), new() { L3CacheSchema = "L3:0=00f;1=00f", MemBwSchema = "MB:0=20;1=70" });
        Assert.Equal("L3:0=00f;1=00f\nMB:0=20;1=70\n", File.ReadAllText(schemata));
        OciIntelRdt kept = SpecReader.ReadFile(Path.Combine(Root, "c", "config.json")).Linux!.IntelRdt!;
        Assert.Equal(("gold", "L3:0=00f;1=00f", "MB:0=20;1=70"), (kept.ClosID, kept.L3CacheSchema, kept.MemBwSchema));
        // What can't be kept is taken back, in both filesystems.
        Directory.CreateDirectory(Path.Combine(Root, "c", ".config.json.new"));
        Assert.Throws<OciException>(() => runtime.Update("c", new() { Pids = new() { Limit = 9 } }, new() { L3CacheSchema = "L3:0=111;1=111", MemBwSchema = "MB:0=11;1=11" }));
        Directory.Delete(Path.Combine(Root, "c", ".config.json.new"));
        Assert.Equal("L3:0=00f;1=00f\nMB:0=20;1=70\n", File.ReadAllText(schemata));
        runtime.Delete("c", force: true);
    }

    [Fact, Needs(Containers = true)]
    public void AContainerWithoutAClassCantBeGivenOneLater()
    {
        var runtime = new ContainerRuntime(new() { Root = Root, ResctrlRoot = Class("gold") });
        runtime.Create(Request("c", Spec("sleep", "100")));
        OciException error = Assert.Throws<OciException>(() => runtime.Update("c", new(), new() { L3CacheSchema = "L3:0=f" }));
        Assert.Equal((OciErrorCode.InvalidArgument, Refusal.SchemataWithoutGroup), (error.Code, error.Refusal));
        runtime.Delete("c", force: true);
    }

    // A class as the kernel shows it, with the files that are written to.
    private string Class(string name)
    {
        string root = Plain;
        Directory.CreateDirectory(Path.Combine(root, name));
        File.WriteAllText(Path.Combine(root, name, "schemata"), "");
        File.WriteAllText(Path.Combine(root, name, "tasks"), "");
        return root;
    }
}
