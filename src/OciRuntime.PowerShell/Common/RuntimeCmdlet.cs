using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.PowerShell.Common;

/// <summary>Base of the cmdlets that work on a state root.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RuntimeCmdlet : OciCmdlet
{
    private readonly Dictionary<string, ContainerRuntime> _runtimes = new(StringComparer.Ordinal);

    /// <summary>The cgroup manager of a new container; an existing one knows its own.</summary>
    private protected virtual CgroupManagerKind ManagerOfNew => CgroupManagerKind.Cgroupfs;

    /// <summary>Receives the timeline of launches, if the cmdlet measures them.</summary>
    private protected virtual Action<LaunchTimeline>? Measured => null;

    /// <summary>The runtime over a state root; one per root and invocation.</summary>
    /// <param name="root">The root as written; null or empty for the default.</param>
    private protected ContainerRuntime RuntimeOf(string? root)
    {
        string key = root ?? string.Empty;
        if (!_runtimes.TryGetValue(key, out ContainerRuntime? runtime))
        {
            runtime = new ContainerRuntime(new RuntimeOptions
            {
                Root = ResolveOptionalPath(root),
                CgroupManager = ManagerOfNew,
                ListsAgain = true,
                Log = Log,
                LogLevel = IsDebug ? RuntimeLogLevel.Debug : RuntimeLogLevel.Info,
                Timeline = IsDebug,
                Measured = Measured,
            });
            _runtimes.Add(key, runtime);
        }
        return runtime;
    }
}
