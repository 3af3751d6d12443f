using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>
/// linux.seccomp.syscalls[].names: calls that no architecture has. Profiles name calls of future kernels, so this is not an error; but a typo
/// leaves the intended call without a rule.
/// </summary>
internal sealed class UnknownSyscallRule : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        for (int i = 0; i < spec.Linux?.Seccomp?.Syscalls?.Count; i++)
        {
            List<string>? names = spec.Linux.Seccomp.Syscalls[i].Names;
            for (int j = 0; j < names?.Count; j++)
            {
                if (names[j] is not { } name || SyscallTable.IsKnown(name))
                    continue;
                string? nearest = NearestName.Find(name, SyscallTable.AllNames);
                issues.Add(new OciSpecIssue(
                    "UnknownSyscall",
                    nearest is null ? OciIssueSeverity.Info : OciIssueSeverity.Warning,
                    SpecPointer.Item($"/linux/seccomp/syscalls/{i}/names", j),
                    $"no architecture has a system call \"{name}\"; the rule ignores it",
                    nearest is null ? null : $"did you mean \"{nearest}\"?"));
            }
        }
    }
}
