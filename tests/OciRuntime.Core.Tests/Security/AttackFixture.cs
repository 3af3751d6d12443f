using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Core.Tests.Lifecycle;
using Xunit;

namespace OciRuntime.Core.Tests.Security;

/// <summary>A container to attack from: a root filesystem to prepare, and a directory of the host that nothing may reach.</summary>
public abstract partial class AttackFixture : ContainerFixture
{
    protected string Rootfs => Path.Combine(Bundle, "rootfs");

    /// <summary>A directory of the host with one file, made at its first use.</summary>
    protected string Canary
    {
        get
        {
            string canary = Temporary("canary");
            if (!Directory.Exists(canary))
            {
                Directory.CreateDirectory(canary);
                File.WriteAllText(Path.Combine(canary, "file"), "precious\n");
                Directory.SetLastWriteTimeUtc(canary, DateTime.UnixEpoch);
            }
            return canary;
        }
    }

    /// <summary>Nothing was made in the canary's directory, not even for a moment, and its file is as it was.</summary>
    protected void AssertUntouched()
    {
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(Canary).Select(Path.GetFileName));
        Assert.Equal("precious\n", File.ReadAllText(Path.Combine(Canary, "file")));
        Assert.Equal(DateTime.UnixEpoch, Directory.GetLastWriteTimeUtc(Canary));
        Assert.Equal((UnixFileMode)0x1A4, File.GetUnixFileMode(Path.Combine(Canary, "file")));
    }

    /// <summary>A path of the root filesystem that is now a link.</summary>
    protected void Plant(string path, string target)
    {
        string link = Path.Combine(Rootfs, path);
        if (Directory.Exists(link) && new DirectoryInfo(link).LinkTarget is null)
            Directory.Delete(link, recursive: true);
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }

    protected OciException Refused(OciSpec spec)
    {
        OciException error = Assert.Throws<OciException>(() => Runtime.Create(Request("c", spec)));
        Assert.Empty(Runtime.List());
        return error;
    }

    /// <summary>What a run printed, or null when it was refused: either will do where the host is what counts.</summary>
    protected string? RunOrRefused(OciSpec spec)
    {
        try
        {
            return Run(spec).Output;
        }
        catch (OciException)
        {
            return null;
        }
    }

    /// <summary>A running container.</summary>
    protected OciContainer Start(OciSpec spec, string id = "c")
    {
        Runtime.Create(Request(id, spec));
        return Runtime.Start(id);
    }

    protected string Exec(string id, params string[] args) => Exec(new ExecRequest { Id = id, Args = args, Stdio = StdioMode.Pipe });

    private protected string Exec(ExecRequest request)
    {
        using ContainerProcess process = Runtime.Exec(request);
        process.StandardInput!.Dispose();
        Task<string> errors = new StreamReader(process.StandardError!).ReadToEndAsync();
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        process.Wait();
        return output + errors.Result;
    }

    /// <summary>The same with more rights than the default has.</summary>
    protected static OciSpec WithCapabilities(OciSpec spec, params string[] names)
    {
        spec.Process!.NoNewPrivileges = false;
        foreach (List<string> set in (List<string>[])[spec.Process.Capabilities!.Bounding!, spec.Process.Capabilities.Effective!, spec.Process.Capabilities.Permitted!])
            set.AddRange(names);
        return spec;
    }

    /// <summary>Removes what the default configuration mounts at and below a path.</summary>
    protected static OciSpec WithoutMounts(OciSpec spec, string path)
    {
        spec.Mounts!.RemoveAll(mount => mount.Destination == path || mount.Destination.StartsWith(path + "/", StringComparison.Ordinal));
        return spec;
    }

    /// <summary>A directory of the host without close-on-exec, as a careless library leaves one.</summary>
    private protected static SafeFd Leak(string path = "/")
    {
        const int F_SETFD = 2;
        var leaked = new SafeFd(Libc.open(path, Libc.O_RDONLY | Libc.O_DIRECTORY, 0));
        Assert.Equal(0, Libc.fcntl(leaked.Number, F_SETFD, 0));
        return leaked;
    }

    /// <summary>Waits for what another process does.</summary>
    protected static void Await(Func<bool> done, string what) =>
        Assert.True(SpinWait.SpinUntil(() => { Thread.Sleep(5); return done(); }, TimeSpan.FromSeconds(30)), what);

    /// <summary>Waits until the init of a container that was created is at the start gate.</summary>
    protected static void AwaitGate(int pid) => Await(() => File.ReadAllText($"/proc/{pid}/comm") == "oci-init:gate\n", "init is at the gate");

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int umask(int mask);
}
