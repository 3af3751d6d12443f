using System.Globalization;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A block device of the tests' own.</summary>
internal sealed class LoopDevice : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _path;

    public LoopDevice()
    {
        using (FileStream file = File.Create(_directory["disk"]))
            file.SetLength(1 << 20);
        _path = Machine.Run("losetup", "-f").Trim();
        Machine.Run("losetup", _path, _directory["disk"]);
        string[] numbers = File.ReadAllText(Queue("../dev")).Trim().Split(':');
        (Major, Minor) = (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    public long Major { get; }

    public long Minor { get; }

    /// <summary>Has the kernel keep weights for it: with the BFQ scheduler, or on v2 with the cost model (cgroup-v2, "IO").</summary>
    public void TakeWeights(bool unified)
    {
        const string Cost = "/sys/fs/cgroup/io.cost.qos";
        if (unified && File.Exists(Cost))
            File.WriteAllText(Cost, $"{Major}:{Minor} enable=1 ctrl=auto");
        else
            File.WriteAllText(Queue("scheduler"), "bfq");
    }

    public void Dispose()
    {
        File.WriteAllText(Queue("scheduler"), "none");
        Machine.Run("losetup", "-d", _path);
        _directory.Dispose();
    }

    private string Queue(string file) => $"/sys/block/{Path.GetFileName(_path)}/queue/{file}";
}
