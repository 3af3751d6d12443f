using System.Reflection;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Copies of the model keep every property that is not said to change, also those that come later: each is filled by reflection.</summary>
public sealed class SpecCopyTests
{
    [Fact]
    public void EveryPartOfTheModelIsARecordWithWordsOfItsOwn()
    {
        HashSet<Type> parts = [];
        Walk(typeof(OciSpec));
        Assert.True(parts.Count > 30);
        Assert.All(parts, static part =>
        {
            Assert.NotNull(part.GetMethod("<Clone>$"));
            // What the compiler makes of a record would be what PowerShell shows.
            Assert.Null(part.GetMethod("ToString", [])!.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>());
        });

        void Walk(Type type)
        {
            if (type.IsGenericType)
                Walk(type.GenericTypeArguments[^1]);
            else if (type.Namespace == typeof(OciSpec).Namespace && parts.Add(type))
                Array.ForEach(type.GetProperties(), property => Walk(property.PropertyType));
        }
    }

    [Fact]
    public void AnUpdateThatSaysNothingKeepsAll()
    {
        OciResources former = Full<OciResources>();
        string before = Text(former);
        Assert.Equal(before, Text(ResourceUpdate.Merge(former, new(), [])));
        Assert.Equal(before, Text(ResourceUpdate.Merge(former, new() { Memory = new(), Cpu = new(), Pids = new(), BlockIO = new(), Network = new(), Rdma = [] }, [])));
        OciIntelRdt rdt = Full<OciIntelRdt>();
        SameProperties(rdt, ResourceUpdate.Merge(rdt, new())!);
    }

    [Fact]
    public void WhatIsMissingIsAddedToAllThatIsAskedFor()
    {
        OciResources asked = Full<OciResources>();
        SameProperties(asked, Present.Complete(asked, null, null));
        asked.Cpu!.Period = null;
        asked.Memory!.Limit = null;
        asked.Memory.Swap = 1000;
        OciResources complete = Present.Complete(asked, "5 7", "9");
        Assert.Equal((7ul, 9L), (complete.Cpu!.Period, complete.Memory!.Limit));
        SameProperties(asked, complete, nameof(OciResources.Cpu), nameof(OciResources.Memory));
        SameProperties(asked.Cpu, complete.Cpu, nameof(OciCpu.Period));
        SameProperties(asked.Memory, complete.Memory, nameof(OciMemory.Limit));
        SameProperties(asked, ResourceUpdate.Complete(asked, null), nameof(OciResources.Cpu), nameof(OciResources.Memory));
    }

    [Fact]
    public void AnExecHasAllOfTheContainersProcess()
    {
        OciProcess container = Full<OciProcess>();
        OciProcess made = ExecProcess.Build(container, new ExecRequest { Id = "c", Args = ["true"] });
        string[] own = [nameof(OciProcess.Terminal), nameof(OciProcess.ConsoleSize), nameof(OciProcess.Args), nameof(OciProcess.Env), nameof(OciProcess.User)];
        SameProperties(container, made, own);
        Assert.Equal(container.Env, made.Env);
        SameProperties(container.User!, made.User!, nameof(OciUser.AdditionalGids));
        Assert.Equal(container.User!.AdditionalGids, made.User!.AdditionalGids);
        SameProperties(container.Capabilities!, ExecProcess.Build(container, new ExecRequest { Id = "c", Args = ["true"], Capabilities = ["CAP_CHOWN"] }).Capabilities!, "Bounding", "Effective", "Permitted", "Ambient");

        OciProcess whole = Full<OciProcess>();
        SameProperties(whole, ExecProcess.Build(container, new ExecRequest { Id = "c", Process = whole }));
    }

    [Fact]
    public void WhatAProcessOfAnExecLeavesOutIsTheContainers()
    {
        OciProcess container = Full<OciProcess>();
        OciProcess made = ExecProcess.Build(container, new ExecRequest { Id = "c", Process = new() { Args = ["true"] } });
        string[] own = [nameof(OciProcess.Args), nameof(OciProcess.Cwd), nameof(OciProcess.Env), nameof(OciProcess.User), nameof(OciProcess.Terminal), nameof(OciProcess.ConsoleSize), nameof(OciProcess.NoNewPrivileges)];
        SameProperties(container, made, own);
    }

    [Fact]
    public void EveryWordOfAnExecAboutItsProcessCounts()
    {
        string[] others =
        [
            nameof(ExecRequest.Id), nameof(ExecRequest.Process), nameof(ExecRequest.ConsoleSocket), nameof(ExecRequest.PidfdSocket), nameof(ExecRequest.PidFile), nameof(ExecRequest.ListenFds),
            nameof(ExecRequest.PreserveFds), nameof(ExecRequest.Cgroups), nameof(ExecRequest.IgnorePaused), nameof(ExecRequest.Stdio), nameof(ExecRequest.Leashed), nameof(ExecRequest.Detach),
        ];
        string plain = Text(ExecProcess.Build(null, new ExecRequest { Id = "c", Args = ["true"] }));
        PropertyInfo[] words = [.. typeof(ExecRequest).GetProperties().Where(property => !others.Contains(property.Name))];
        Assert.True(words.Length >= 10);
        Assert.All(words, word =>
        {
            var request = new ExecRequest { Id = "c", Args = ["true"] };
            word.SetValue(request, word.PropertyType == typeof(string) ? "5"
                : word.PropertyType == typeof(IReadOnlyList<string>) ? new[] { "other" }
                : word.PropertyType == typeof(IReadOnlyList<uint>) ? new[] { 7u }
                : true);
            Assert.True(plain != Text(ExecProcess.Build(null, request)), word.Name);
        });
    }

    [Fact]
    public void WhatAnUpdateNamesIsThereAfterwards()
    {
        OciResources update = Full<OciResources>();
        // Kernels have no such limits any more.
        (update.Memory!.Kernel, update.Memory.KernelTCP, update.Memory.UseHierarchy) = (null, null, null);
        string asked = Text(update);
        Assert.Equal(asked, Text(ResourceUpdate.Merge(null, update, [])));
        Assert.Equal(asked, Text(ResourceUpdate.Merge(new() { Memory = new(), Cpu = new(), Pids = new(), BlockIO = new(), Network = new() }, update, [])));
        // Entries about the same, of which one says nothing.
        OciResources bare = new()
        {
            BlockIO = new() { WeightDevice = update.BlockIO!.WeightDevice!.ConvertAll(static device => new OciWeightDevice { Major = device.Major, Minor = device.Minor }) },
            Rdma = update.Rdma!.ToDictionary(static device => device.Key, static _ => new OciRdma()),
        };
        Assert.Equal(asked, Text(ResourceUpdate.Merge(bare, update, [])));
        Assert.Equal(asked, Text(ResourceUpdate.Merge(update, bare, [])));
        OciIntelRdt rdt = Full<OciIntelRdt>();
        SameProperties(rdt, ResourceUpdate.Merge(new OciIntelRdt(), rdt)!, nameof(OciIntelRdt.ClosID), nameof(OciIntelRdt.EnableMonitoring));
    }

    [Fact]
    public void ARuleForDevicesIsAnotherOneByEachOfItsProperties()
    {
        var rule = new OciDeviceRule { Allow = true, Type = "c", Major = 1, Minor = 3, Access = "r" };
        Assert.Null(ResourceUpdate.Complete(new() { Devices = [rule] }, new() { Devices = [rule with { }] }).Devices);
        Assert.All(typeof(OciDeviceRule).GetProperties(), property =>
        {
            OciDeviceRule other = rule with { };
            property.SetValue(other, property.PropertyType == typeof(bool) ? false : property.PropertyType == typeof(string) ? "b" : 9L);
            Assert.NotNull(ResourceUpdate.Complete(new() { Devices = [other] }, new() { Devices = [rule] }).Devices);
        });
    }

    private static string Text(OciProcess process) => System.Text.Encoding.UTF8.GetString(SpecWriter.Write(new OciSpec { OciVersion = "1.0.0", Process = process }));

    private static T Full<T>()
        where T : class => new RandomSpec(7) { Density = 1 }.Make<T>();

    private static string Text(OciResources resources) => System.Text.Encoding.UTF8.GetString(SpecWriter.WriteResources(resources));

    private static void SameProperties<T>(T expected, T actual, params string[] but)
        where T : class
    {
        Assert.NotSame(expected, actual);
        foreach (PropertyInfo property in typeof(T).GetProperties().Where(property => !but.Contains(property.Name)))
            Assert.True(Equals(property.GetValue(expected), property.GetValue(actual)), $"{typeof(T).Name}.{property.Name}");
    }
}
