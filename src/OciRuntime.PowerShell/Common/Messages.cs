using System.Globalization;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>Every message of the cmdlets that does not come from the core. One line each, in the words of the runtime-spec.</summary>
internal static class Messages
{
    public const string Caption = "Confirm";

    public static string Create(string id, string bundle) => $"Create container {id} from {bundle}";

    public static string Run(string id, string bundle) => $"Run container {id} from {bundle}";

    public static string Trace(string id, string bundle) => $"Run container {id} from {bundle} without its seccomp profile, and record its system calls";

    public static string RefusedByBase(string call, string? arguments, string rule) => arguments is null
        ? $"{call}: the base refuses it (rule {rule}), and so does the new profile; -IncludeSyscall {call} allows it"
        : $"{call}({arguments}): the base refuses it with these arguments (rule {rule}), and so does the new profile; -IncludeSyscall {call} allows it with all";

    public static string NamelessCall(string call) => $"{call}: this system call has no name that a rule could use, so the new profile refuses it";

    public static string TracedCallExpected(object? value) => $"'{value}' is not a system call: expected its name, or an object with a property Syscall";

    public static string SeccompExpected(object? value) => $"'{value}' is not a profile: expected docker, podman, unconfined, a file, or an OciSeccomp";

    public static string Exec(string id, string command) => $"Run {command} in container {id}";

    public static string Start(string id) => $"Start container {id}";

    public static string Stop(string id, int signal) => $"Stop container {id} with {SignalNames.Of(signal)}";

    public static string StopAndLose(OciContainer container, int signal) => $"{Stop(container.Id, signal)}{Ends(container)}";

    public static string Restart(OciContainer container) => $"Stop container {container.Id}, and create and start it again{Ends(container)}";

    public static string Enter(string id) => $"Run a shell in container {id}";

    public static string NoShell(string id) => $"container {id} has no shell: none of bash, ash and sh is on its PATH";

    public static string NoShellHint => "name a program of the container with -Shell";

    public static string NoHostItem(string name) => $"no host item is called '{name}'; Test-OciHost without a name shows all";

    public static string NoAttack(string name) => $"no attack is called '{name}'; Test-OciHardening without a name tries all";

    public static string MeasureLaunch(string id, string bundle, int count) => count == 1
        ? $"Create container {id} from {bundle}, and remove it"
        : Invariant($"Create container {id} from {bundle}, and remove it, {count} times");

    public static string FixOrQuiet => "-Fix returns a configuration, -Quiet true or false: give one of them";

    public static string Mended(Core.Lint.OciSpecIssue issue) => $"{issue.Pointer}: {issue.Message}: {issue.Hint}";

    public static string NoDifference(string id) => $"container {id} matches its configuration";

    public static string SameLaunch(string id) => $"container {id} matches the record";

    public static string NoOcirun => "ocirun is neither on the PATH nor next to the module";

    public static string OcirunHint => "install it, or name the file with -Path";

    public static string DefineAlias(string target) => $"Define runc in this session as {target}";

    public static string RemoveAlias => "Remove runc of this session";

    public static string OtherRunc(string definition) => $"runc is defined in this session as something else: {definition}";

    public static string Send(string id, int signal, bool all) =>
        all ? $"Send {SignalNames.Of(signal)} to all processes of container {id}" : $"Send {SignalNames.Of(signal)} to container {id}";

    public static string Remove(OciContainer container, bool force)
    {
        string ends = Ends(container);
        string lost = StateOf(container);
        return force && ends.Length > 0 ? $"Kill and remove container {container.Id}{ends}, {lost}" : $"Remove container {container.Id}: {lost}";
    }

    private static string StateOf(OciContainer container) => container.LogPath is null ? "its state is lost" : "its state and its log are lost";

    // What a stop ends; empty for a container that does not run.
    private static string Ends(OciContainer container)
    {
        const int Longest = 60;
        if (container.Status is not ("Running" or "Paused"))
            return string.Empty;
        string command = string.Join(' ', container.Command);
        return $": {(command.Length > Longest ? command[..Longest] + "…" : command)} ends";
    }

    public static string Checkpoint(OciContainer container, string images, bool runsOn)
    {
        string lost = File.Exists(Path.Join(images, "inventory.img")) ? "; the existing checkpoint is lost" : string.Empty;
        return runsOn
            ? $"Write container {container.Id}, which keeps running, to {images}{lost}"
            : $"Write container {container.Id} to {images}, and remove it{Ends(container)}, {StateOf(container)}{lost}";
    }

    public static string CheckpointingContainers => "Checkpoint containers";

    public static string Dumping(string id) => $"writing {id}";

    public static string Restore(string id, string images, string bundle) => $"Restore container {id} from the checkpoint in {images} with {bundle}";

    public static string RestoringContainers => "Restore containers";

    public static string Restoring(string id) => $"restoring {id}";

    public static string AddMounts(string id, IEnumerable<string> destinations) => $"Add mounts to container {id}: {string.Join(", ", destinations)}";

    public static string RemoveMounts(string id, IEnumerable<string> destinations) => $"Unmount in container {id}: {string.Join(", ", destinations)}";

    public static string Suspend(string id) => $"Freeze the processes of container {id}";

    public static string Resume(string id) => $"Thaw the processes of container {id}";

    public static string Update(string id, string limits) => $"Change limits of container {id}: {limits}";

    public static string CpusAndQuota => "-Cpus sets quota and period: give it, or -CpuQuota and -CpuPeriod";

    public static string MakeBundle(string path) => $"Make a bundle in {path}";

    public static string Unpacked(long entries, long bytes) => Invariant($"{entries} files, {bytes / 1048576.0:0.0} MiB unpacked");

    public static string StoppingContainers => "Stop containers";

    public static string RemovingContainers => "Remove containers";

    public static string Waiting(string id, int index, int count) => Invariant($"{index} of {count}: waiting for {id}");

    public static string Removing(string id, int count) => Invariant($"{count} removed, now {id}");

    public static string WriteFile(string path) => $"Write {path}";

    public static string FileExists(string path) => $"{path} exists and -NoClobber was given";

    public static string NoPlan(string reason) => $"(no plan: {reason})";

    public static string GoneMeanwhile(string id) => $"{id}: removed in the meantime";

    public static string NotFileSystem(string path) => $"{path}: the path is not a file system path";

    public static string WaitTimeout(string id, TimeSpan timeout) =>
        Invariant($"container {id} has not stopped within {timeout.TotalSeconds:0.###} seconds");

    public static string RunTimeout(string id, TimeSpan timeout) =>
        Invariant($"the process in container {id} has not ended within {timeout.TotalSeconds:0.###} seconds and was ended");

    public static string StatusTimeout(string id, string statuses, TimeSpan timeout) =>
        Invariant($"container {id} was not {statuses} within {timeout.TotalSeconds:0.###} seconds");

    public static string FilterExpected(object? value) =>
        $"'{value}' is not a filter: NAME=PATTERN with one of id, bundle, status, owner, supervised, or annotation=KEY or annotation=KEY=PATTERN";

    public static string StopTimeout(string id) => $"container {id} still runs after SIGKILL";

    public static string NonZeroExit(string id, int code) => Invariant($"the process of container {id} ended with exit code {code}");

    public static string Stopped(string id) => $"container {id} has stopped";

    public static string IntervalExpected() => "the interval must be greater than zero";

    public static string SizeExpected(object? value) =>
        $"'{value}' is not a size: a number of bytes, or a number with k, m, g, t or p (powers of 1024), or 'unlimited'";

    public static string DurationExpected(object? value) =>
        $"'{value}' is not a duration: seconds, a TimeSpan, or a number with ms, s, m, h or d such as 250ms or 1m30s";

    public static string MicrosecondsExpected(object? value) =>
        $"'{value}' is not a CPU time: microseconds, a TimeSpan, a duration such as 50ms, or 'unlimited'";

    public static string ResourcesExpected(object? value, string problem) =>
        $"'{value}' is not a linux.resources: an OciResources, or a table with the names of the runtime-spec ({problem})";

    public static string SinceExpected(object? value) => $"'{value}' is neither a time nor a duration such as 250ms or 1m30s";

    public static string SpecExpected(object? value) => $"'{value}' is not a configuration: expected JSON text, a table, or an object with the runtime-spec's names";

    public static string NoPodmanProfile(string path) => $"{path}: Podman's seccomp profile is not installed";

    public static string PodmanProfileHint => "install the package golang-github-containers-common (Debian) or containers-common, or name the file of a profile";

    public static string CpuListExpected(object? value) => $"'{value}' is not a list of numbers such as 0-3,7";

    public static string MountExpected(object? value) =>
        $"'{value}' is not a mount: SOURCE:DESTINATION[:OPTION,...] with an absolute destination, a table with Destination, Source, Type and Options, or an OciMount";

    public static string CutOff(string part) => $"{part} arrived only as text: serialize the object with a greater depth (Export-Clixml -Depth 12)";

    public static string EncodingExpected(object? value) => $"'{value}' is not an encoding: a name such as utf8, unicode or latin1, or a code page";

    public static string WordBecameParameter(string word, string parameter, string cmdlet) =>
        $"'{word}' follows the command's name, and PowerShell took it for the parameter -{parameter}. Write -- before the command ({cmdlet} ... -- COMMAND {word} ...), " +
        $"or, if the parameter is meant, write -{parameter} before the command";

    public static string InputNotBound(string id) =>
        $"the input object can't be bound: container {id} was already named by -Id. Pipe containers or name them, but not both";

    public static string EnvironmentExpected(object? value) => $"'{value}' is not an environment variable: NAME=value, or a table";

    public static string DescriptorExpected(object? value) =>
        $"'{value}' is not a descriptor: a FileStream, a Socket, a pipe, a SafeHandle, or the number of a descriptor that this process was given";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
