using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Seccomp.Tracing;

/// <summary>
/// The system calls of one container, reported by its seccomp filter and let go on. Not a security boundary: what a call points to can change between the
/// look at it and the call itself, and the container's own profile is not in force (seccomp_unotify(2)).
/// </summary>
internal sealed class SyscallTrace : IDisposable
{
    /// <summary>The first kernel that can let a notified call go on: SECCOMP_USER_NOTIF_FLAG_CONTINUE.</summary>
    private static readonly Version s_oldest = new(5, 5);

    /// <summary>Calls that a create makes after loading the filter and a run does not, if the filter is loaded before the user changes.</summary>
    private static readonly string[] s_gate = ["accept4", "close", "close_range", "madvise", "prctl", "recvmsg", "rt_sigaction"];

    private readonly Dictionary<Key, Entry> _entries = [];
    private SeccompVerdicts? _verdicts;
    private SyscallListener? _listener;
    private string _container = string.Empty;
    private bool _createNeedsMore;

    // The process that loaded the filter, and its name, until it runs the program.
    private int _launcher;
    private string? _launcherName;

    private Entry? _current;

    /// <summary>Calls that the container's profile fails with an errno get it, so that programs behave as they would. Other actions are only reported.</summary>
    public bool Enforce { get; init; }

    /// <summary>Ends the trace. Only after the container has ended: its calls are refused from then on.</summary>
    /// <returns>The calls that were seen, one entry per call and deciding rule, in the order of their first occurrence; then the calls that can't be seen but are needed.</returns>
    /// <exception cref="OciException">SystemCallFailed: the trace is not complete.</exception>
    public IReadOnlyList<OciTracedSyscall> Finish()
    {
        _listener?.Finish();
        if (_listener is null)
            return [];
        return [.. _entries.Values.Where(static entry => entry.Count > 0).OrderBy(static entry => entry.First).Select(entry => entry.ToPublic(_container)), .. Unseen()];
    }

    /// <inheritdoc/>
    public void Dispose() => _listener?.Dispose();

    /// <exception cref="OciException">NotSupported; InvalidSpec: the container's profile can't be compiled.</exception>
    internal void Begin(string container, OciSpec spec)
    {
        if (_verdicts is not null)
            throw new InvalidOperationException("a trace is for one container");
        KernelFacts kernel = HostFacts.Read().Kernel;
        if (kernel.Version < s_oldest || !kernel.SeccompActions.Contains("user_notif"))
            throw new OciException(OciErrorCode.NotSupported, $"this kernel ({kernel.Release}) can't report system calls and let them go on") { Step = "seccomp", Object = container, Hint = "Linux 5.5 with CONFIG_SECCOMP_FILTER does" };
        _verdicts = new SeccompVerdicts(spec.Linux?.Seccomp);
        _container = container;
        _createNeedsMore = spec.Process is { NoNewPrivileges: false };
    }

    internal void Listen(SafeFd listener) => _listener = new SyscallListener(listener, See, () => _current!.Count++);

    private int See(SeccompData data, int thread)
    {
        bool launch = IsLaunch(thread, out string? name);
        var key = new Key(data.Arch, data.Number, launch, _verdicts!.Of(data));
        if (!_entries.TryGetValue(key, out Entry? entry))
            _entries.Add(key, entry = new Entry(key, DateTime.Now, thread, name ?? NameOf(thread)));
        entry.Keep(data);
        _current = entry;
        return Enforce && key.Verdict is { Action: "SCMP_ACT_ERRNO", Errno: { } errno } ? errno : 0;
    }

    // execve(2) gives a process the name of its program.
    private bool IsLaunch(int thread, out string? name)
    {
        name = null;
        if (_launcher < 0)
            return false;
        name = NameOf(thread);
        if (_launcher == 0)
        {
            _launcher = thread;
            _launcherName = name;
        }
        if (thread != _launcher)
            return false;
        if (name == _launcherName)
            return true;
        _launcher = -1;
        return false;
    }

    private static string NameOf(int thread) => TextFile.TryReadForMessage(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/comm")) ?? string.Empty;

    private IEnumerable<OciTracedSyscall> Unseen()
    {
        SeccompArch native = SeccompArch.Native!;
        var seen = _entries.Values.Where(entry => entry.Key.Arch == native.Token).Select(static entry => entry.Key.Number).ToHashSet();
        foreach (string name in _createNeedsMore ? [.. SyscallListener.Untold, .. s_gate] : SyscallListener.Untold)
        {
            uint number = native.Encode(SyscallTable.Number(native.Table, name));
            var data = new SeccompData(number, native.Token, 0, 0, 0, 0, 0, 0, 0);
            if (seen.Add(number))
                yield return new Entry(new Key(native.Token, number, Launch: !SyscallListener.Untold.Contains(name), _verdicts!.Of(data))).ToPublic(_container);
        }
    }

    private readonly record struct Key(uint Arch, uint Number, bool Launch, SeccompVerdict Verdict);

    private sealed class Entry(Key key, DateTime? first = null, int? pid = null, string command = "")
    {
        private const int MostValues = 16;

        private readonly HashSet<ulong>[] _values = [[], [], [], [], [], []];
        private readonly List<string> _arguments = [];

        public Key Key => key;

        public DateTime? First => first;

        public long Count { get; set; }

        // Compared arguments have few values; pointers and unused arguments have many, which stop at the sixteenth.
        public void Keep(in SeccompData data)
        {
            bool isNew = false;
            for (uint i = 0; i < _values.Length; i++)
                isNew |= _values[i].Count < MostValues && _values[i].Add(data.Argument(i));
            if (isNew)
                _arguments.Add(SyscallArguments.Write(data));
        }

        public OciTracedSyscall ToPublic(string container)
        {
            SeccompArch? arch = SeccompArch.Of(key.Arch, key.Number);
            int number = (int)(arch is { IsX32: true } ? key.Number & ~SeccompArch.X32Bit : key.Number);
            return new OciTracedSyscall
            {
                Syscall = (arch is null ? null : SyscallTable.NameOf(arch.Table, number)) ?? string.Create(CultureInfo.InvariantCulture, $"syscall_0x{number:x}"),
                Number = number,
                Architecture = arch?.Name ?? string.Empty,
                Count = first is null ? null : Count,
                Action = key.Verdict.Action,
                Errno = key.Verdict.Errno,
                Rule = key.Verdict.Rule,
                Pointer = key.Verdict.Pointer,
                Allowed = key.Verdict.Allows,
                Launch = key.Launch,
                Arguments = _arguments,
                First = first,
                Pid = pid,
                Command = command,
                Container = container,
            };
        }
    }
}
