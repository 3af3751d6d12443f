using System.Diagnostics;
using System.Security.Cryptography;

namespace OciRuntime.Fuzz;

/// <summary>Reads a target's corpus, then changed inputs of it until the time is over. An input with which something is wrong is written beside the corpus.</summary>
internal sealed class Fuzzer(Target target, string corpus, int seed)
{
    // No input of a few kilobytes takes so long.
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(seed);
    private readonly HashSet<string> _faults = [];
    private int _understood;

    /// <summary>False when something was wrong.</summary>
    public bool Run(TimeSpan time)
    {
        List<byte[]> inputs = [.. target.Seeds];
        if (Directory.Exists(corpus))
            inputs.AddRange(Directory.EnumerateFiles(corpus).Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
        foreach (byte[] input in inputs)
            Try(input);
        if (_understood == 0)
            return Tell("nothing of the corpus is understood", null);
        int seeds = inputs.Count;
        _understood = 0;
        long tried = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time; tried++)
        {
            byte[] input = inputs[_random.Next(inputs.Count)];
            for (int i = _random.Next(1, 4); i > 0; i--)
                input = target.Change(input, _random);
            Try(input);
        }
        Console.WriteLine($"{target.Name}: {seeds} of the corpus, {tried} changed, {_understood} of them understood, {_faults.Count} faults, seed {seed:x}");
        return _faults.Count == 0;
    }

    private void Try(byte[] input)
    {
        long begin = Stopwatch.GetTimestamp();
        try
        {
            if (target.Read(input))
                _understood++;
        }
#pragma warning disable CA1031 // Whatever comes out here is what is searched for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // One of a kind is enough: where it comes from tells the kind.
            string place = e.StackTrace?.Split('\n', 2)[0] ?? string.Empty;
            if (_faults.Add(e.GetType().Name + place))
                Tell($"{e.GetType().Name}: {e.Message}\n{e.StackTrace}", input);
        }
        if (Stopwatch.GetElapsedTime(begin) > s_slow && _faults.Add("slow"))
            Tell($"took {Stopwatch.GetElapsedTime(begin)}", input);
    }

    private bool Tell(string what, byte[]? input)
    {
        Console.WriteLine($"FAULT {target.Name}: {what}");
        if (input is not null)
        {
            string file = Path.Combine(Directory.CreateDirectory("out/fuzz").FullName, $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
            File.WriteAllBytes(file, input);
            Console.WriteLine($"    the input is {file}; it belongs into {corpus} when the fault is mended");
        }
        return false;
    }
}
