using System.Diagnostics;
using OciRuntime.Core.Spec;

namespace OciRuntime.Bench;

/// <summary>Bundles of one static program, and the floor, in a directory that goes in the end.</summary>
internal sealed class BenchBundle : IDisposable
{
    public BenchBundle()
    {
        Work = Directory.CreateTempSubdirectory("oci-bench-").FullName;
        Name = Path.GetFileName(Work);
        foreach (string directory in (string[])["bin", "dev", "etc", "proc", "sys", "tmp"])
            Directory.CreateDirectory(Path.Combine(Rootfs, directory));
        if (!File.Exists("/bin/busybox"))
            throw new InvalidOperationException("/bin/busybox is not installed (busybox-static)");
        File.Copy("/bin/busybox", Path.Combine(Rootfs, "bin", "busybox"));
        foreach (string applet in (string[])["true", "sleep"])
            File.CreateSymbolicLink(Path.Combine(Rootfs, "bin", applet), "busybox");
        Run = Write("run", "/bin/true");
        Sleep = Write("sleep", "/bin/sleep", "1000");
        Floor = BuildFloor();
    }

    public string Work { get; }

    /// <summary>Unique: prefix of ids and cgroups.</summary>
    public string Name { get; }

    public string Rootfs => Path.Combine(Work, "rootfs");

    /// <summary>Bundle that runs true.</summary>
    public string Run { get; }

    /// <summary>Bundle that sleeps.</summary>
    public string Sleep { get; }

    /// <summary>The floor program; null when there is no C compiler.</summary>
    public string? Floor { get; }

    public void Dispose() => Directory.Delete(Work, recursive: true);

    private string Write(string name, params string[] args)
    {
        string bundle = Directory.CreateDirectory(Path.Combine(Work, name)).FullName;
        OciSpec spec = SpecDefaults.Create();
        spec.OciVersion = "1.0.2"; // Debian's crun knows no later one.
        spec.Root!.Path = Rootfs;
        spec.Process!.Terminal = false;
        spec.Process.Args = [.. args];
        File.WriteAllBytes(Path.Combine(bundle, "config.json"), SpecWriter.Write(spec));
        return bundle;
    }

    private string? BuildFloor()
    {
        string floor = Path.Combine(Work, "floor");
        string source = Path.Combine(AppContext.BaseDirectory, "floor.c");
        string triplet = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "aarch64" : "x86_64";
        return Compiles("musl-gcc", "-O2", "-static", "-idirafter", "/usr/include", "-idirafter", $"/usr/include/{triplet}-linux-gnu", "-o", floor, source)
            || Compiles("gcc", "-O2", "-static", "-o", floor, source) ? floor : null;
    }

    private static bool Compiles(string compiler, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(compiler, arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
