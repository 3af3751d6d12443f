using OciRuntime.Core.Bundles;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>The collection of the tests that count what is left.</summary>
[CollectionDefinition(ContainerFixture.Name, DisableParallelization = true)]
public sealed class ContainersAlone;

/// <summary>A bundle of busybox, a state root and a runtime for one test; at the end nothing may be left of its containers.</summary>
public abstract class ContainerFixture : IDisposable
{
    /// <summary>Tests that count what is left run one after the other, and alone.</summary>
    internal const string Name = "containers";

    private readonly TemporaryDirectory _directory = new();
    private readonly (int Descriptors, int Children) _before;
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];

    protected ContainerFixture()
    {
        if (Machine.MissingForContainers is not null)
            return;
        Bundle = BundleBuilder.FromBusybox(_directory["bundle"]).Path;
        Root = _directory["state"];
        Runtime = new ContainerRuntime(new RuntimeOptions { Root = Root, Log = (level, message) => { if (level == RuntimeLogLevel.Warning) Warnings.Add(message); } });
        _ = ContainerRuntime.Helper; // which the process keeps open for good
        _before = Own();
    }

    protected string Bundle { get; } = string.Empty;

    protected string Root { get; } = string.Empty;

    private protected ContainerRuntime Runtime { get; } = new();

    protected List<string> Warnings { get; } = [];

    protected string Temporary(string name) => _directory[name];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        using (_directory) // after a failure, too
        {
            if (Bundle.Length == 0)
                return;
            try
            {
                foreach (OciContainer container in Runtime.List())
                    Runtime.Delete(container.Id, force: true);
                Assert.Empty(Leftovers.Of(_name, _directory.Path, Root));
                Assert.Equal(_before, Own());
            }
            catch
            {
                LastResort.Clear(_name);
                throw;
            }
        }
    }

    // Sockets and pipes of the test host come and go: what the runtime opens are memfds, pidfds and files of the state root.
    private static (int Descriptors, int Children) Own() => (
        Leftovers.Descriptors().Count(static target => target.Contains("memfd:oci", StringComparison.Ordinal) || target.Contains("pidfd", StringComparison.Ordinal) || target.Contains("oci-tests-", StringComparison.Ordinal)),
        Leftovers.Children().Count);

    /// <summary>The default configuration with another command, its own cgroup and no terminal.</summary>
    protected OciSpec Spec(params string[] args)
    {
        OciSpec spec = SpecDefaults.Create();
        spec.Process!.Args = [.. args];
        spec.Process.Terminal = false;
        spec.Root!.Readonly = false;
        return spec;
    }

    protected OciSpec Script(string script) => Spec("/bin/sh", "-c", script);

    /// <summary>The same in a new user namespace, whose root owns the root filesystem.</summary>
    protected OciSpec InUserNamespace(OciSpec spec)
    {
        // Its root is nobody on the host and must get to the root filesystem and make targets in it.
        Machine.Run("chmod", "755", Path.GetDirectoryName(Bundle)!);
        Machine.Run("chown", "-R", "200000:200000", Path.Combine(Bundle, "rootfs"));
        spec.Linux!.Namespaces!.Add(new() { Type = "user" });
        spec.Linux.UidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
        spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 200_000, Size = 65_536 }];
        return spec;
    }

    private protected CreateRequest Request(string id, OciSpec spec, bool supervised = false, StdioMode stdio = StdioMode.Null)
    {
        spec.Linux!.CgroupsPath = $"/oci-tests/{_name}-{id}";
        return new() { Id = id, Bundle = Bundle, Spec = spec, Supervised = supervised, Stdio = stdio };
    }

    /// <summary>Runs a script to its end and returns what it printed to stdout and its exit code.</summary>
    protected (string Output, int? ExitCode) Run(OciSpec spec, string id = "c")
    {
        using ContainerProcess process = Runtime.Run(Request(id, spec, stdio: StdioMode.Pipe));
        process.StandardInput!.Dispose();
        Task<string> errors = new StreamReader(process.StandardError!).ReadToEndAsync();
        string output = new StreamReader(process.StandardOutput!).ReadToEnd();
        ExitRecord exit = process.Wait();
        Runtime.Delete(id);
        return (output + errors.Result, exit.ExitCode);
    }
}
