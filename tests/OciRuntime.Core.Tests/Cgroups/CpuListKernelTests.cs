using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Lists of CPUs at random: what the validator takes the kernel takes, and nothing else.</summary>
public sealed class CpuListKernelTests : CgroupTest
{
    private const int Lists = 600;

    [Fact, NeedsLimit("cpuset.cpus", "cpuset.cpus")]
    public void RandomListsAreTheKernels()
    {
        Cgroup.Make(new() { Cpu = new() { Cpus = "0" } });
        string file = Cgroup.Paths[Unified ? string.Empty : "cpuset"] + "/cpuset.cpus";
        var random = new Random(9);
        int taken = 0;
        for (int i = 0; i < Lists; i++)
        {
            string list = Make(random);
            // Without any item the kernel takes it for "none"; who asks for that leaves the property out.
            if (list.Trim(',', ' ').Length == 0)
                continue;
            bool valid = Xunit.Record.Exception(() => SpecValidator.ValidateResources(new() { Cpu = new() { Cpus = list } })) is not OciException;
            bool written = Write(file, list);
            Assert.True(valid == written, $"\"{list}\": the validator {(valid ? "takes" : "refuses")} it, the kernel {(written ? "takes" : "refuses")} it");
            taken += written ? 1 : 0;
        }
        Assert.InRange(taken, Lists / 10, Lists * 9 / 10);
    }

    private static bool Write(string file, string list)
    {
        try
        {
            File.WriteAllText(file, list);
            return true;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return false;
        }
    }

    // Mostly right: numbers of CPUs that are there, and now and then something that is not.
    private static string Make(Random random)
    {
        string Number() => random.Next(Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture);
        string Item() => random.Next(16) switch
        {
            0 => $"{Number()}-{Number()}",
            1 => $"{Number()}-{Number()}:1/2",
            2 => $"{Number()}:1/2",
            3 => $"0-{Number()}:{random.Next(3)}/{random.Next(3)}",
            4 => "all",
            5 => "All",
            6 => "",
            7 => "-" + Number(),
            8 => Number() + "-",
            9 => "x",
            10 => " " + Number(),
            _ => Number(),
        };
        // A pattern may leave nothing over; so that there is a CPU in any case, one comes first.
        return "0" + string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.Next(5) == 0 ? " " : ",") + Item()));
    }
}
