using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Lint;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Lifecycle;
using OciRuntime.Core.Tests.Planning;
using OciRuntime.Core.Tests.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lint;

/// <summary>The lint finds an error exactly where create, by its planner, refuses.</summary>
[Collection(ContainerFixture.Name)]
public sealed class AgreementTests : ContainerFixture
{
    private const int Seeds = 400;
    private const int RealSeeds = 150;

    /// <summary>
    /// Containers are really made. What is made has no error; what has one is refused, where the lint says; and what create calls invalid, the
    /// lint does too, for any machine or for this one. Other failures are the kernel's.
    /// </summary>
    [Fact, Needs(Containers = true)]
    public void WhatCanBeMadeIsWhatTheLintCallsSound()
    {
        HostFacts host = HostFacts.Read();
        int made = 0, invalid = 0;
        var wrong = new List<string>();
        for (int seed = 0; seed < RealSeeds; seed++)
        {
            OciSpec spec = Spec("true");
            string changes = new PlausibleSpec(seed).Change(spec);
            CreateRequest request = Request("c", spec);
            OciSpecIssue? error = SpecLint.Check(spec).FirstOrDefault(issue => issue.Level == OciIssueSeverity.Error);
            OciSpecIssue? here = SpecLint.Check(spec, host).FirstOrDefault(issue => issue.Level == OciIssueSeverity.Error);
            OciException? refusal = Refusal(() => Runtime.Create(request));
            if (refusal is null)
                Runtime.Delete("c", force: true);
            made += refusal is null ? 1 : 0;
            invalid += error is null ? 0 : 1;
            bool agree = refusal is null ? here is null
                : error is not null ? error.Pointer == refusal.SpecPointer
                : refusal.Code != OciErrorCode.InvalidSpec || here?.Pointer == refusal.SpecPointer;
            if (!agree)
                wrong.Add($"seed {seed} ({changes}): create: {refusal?.SpecPointer} {refusal?.Message}; lint: {error ?? here}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(made > RealSeeds / 10 && invalid > RealSeeds / 10, $"{made} made, {invalid} invalid");
    }

    /// <summary>Sound configurations with one section each that was made at random: some are refused, some are not.</summary>
    [Fact]
    public void TheLintRefusesWhatThePlannerRefusesAndNothingElse()
    {
        int refused = 0, accepted = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            OciSpec spec = Change(PlanInputs.DefaultSpec(), new RandomSpec(seed) { Density = 0.3 }, seed);
            OciException? refusal = Refusal(() => Planner.PlanCreate(PlanInputs.Unified(spec)));
            OciSpecIssue? error = SpecLint.Check(spec).FirstOrDefault(issue => issue.Level == OciIssueSeverity.Error);
            Assert.True(refusal is null == error is null, $"seed {seed}: planner: {refusal?.Message}, lint: {error}");
            Assert.True(refusal is null || refusal.Code is OciErrorCode.InvalidSpec or OciErrorCode.NotSupported, $"seed {seed}: {refusal}");
            if (refusal is null)
                accepted++;
            else
                refused++;
        }
        // Both sides of the question were asked.
        Assert.True(refused > Seeds / 20 && accepted > Seeds / 20, $"{refused} refused, {accepted} accepted");
    }

    private static OciException? Refusal(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (OciException e)
        {
            return e;
        }
    }

    private static OciSpec Change(OciSpec spec, RandomSpec random, int seed)
    {
        OciLinux linux = spec.Linux!;
        OciProcess process = spec.Process!;
        switch (seed % 20)
        {
            case 0: process.User = random.Make<OciUser>(); break;
            case 1: process.Capabilities = random.Make<OciCapabilities>(); break;
            case 2: process.Rlimits = [random.Make<OciRlimit>()]; break;
            case 3: process.Scheduler = random.Make<OciScheduler>(); break;
            case 4: process.IOPriority = random.Make<OciIOPriority>(); break;
            case 5: process.ExecCPUAffinity = random.Make<OciExecCpuAffinity>(); break;
            case 6: spec.Mounts!.Add(random.Make<OciMount>()); break;
            case 7: spec.Hooks = random.Make<OciHooks>(); break;
            case 8: linux.Namespaces!.Add(random.Make<OciNamespace>()); break;
            case 9: linux.Devices = [random.Make<OciDevice>()]; break;
            case 10: linux.Resources = random.Make<OciResources>(); break;
            case 11: linux.Seccomp = random.Make<OciSeccomp>(); break;
            case 12: linux.TimeOffsets = new() { ["monotonic"] = random.Make<OciTimeOffset>() }; break;
            case 13: linux.MemoryPolicy = random.Make<OciMemoryPolicy>(); break;
            case 14: linux.Personality = random.Make<OciPersonality>(); break;
            case 15: (linux.UidMappings, linux.GidMappings) = ([random.Make<OciIdMapping>()], [random.Make<OciIdMapping>()]); break;
            case 16: linux.IntelRdt = random.Make<OciIntelRdt>(); break;
            case 17: linux.NetDevices = new() { ["eth7"] = random.Make<OciNetDevice>() }; break;
            case 18: linux.RootfsPropagation = seed % 40 < 20 ? "rshared" : "sideways"; break;
            default: linux.Sysctl = new() { [seed % 40 < 20 ? "net.core.somaxconn" : "kernel.panic"] = "1" }; break;
        }
        return spec;
    }
}
