using OciRuntime.Core.Spec;
using OciRuntime.Core.Tests.Planning;

namespace OciRuntime.Fuzz;

/// <summary>The default configuration with something of everything.</summary>
internal static class RichSpec
{
    public static OciSpec Make()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Annotations = new() { ["a"] = "b" };
        spec.Process!.User = new() { Uid = 1, Gid = 2, AdditionalGids = [3], Umask = 63 };
        spec.Process.OomScoreAdj = 5;
        spec.Process.ExecCPUAffinity = new() { Initial = "0", Final = "0-1" };
        spec.Mounts!.Add(new() { Destination = "/volume", Source = "/srv", Type = "bind", Options = ["rbind", "rro", "rslave"] });
        spec.Hooks = new() { StartContainer = [new() { Path = "/bin/true", Args = ["true"], Env = ["A=b"], Timeout = 3 }], Prestart = [new() { Path = "/bin/true" }] };
        spec.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1" };
        spec.Linux.Devices = [new() { Path = "/dev/fuse", Type = "c", Major = 10, Minor = 229, FileMode = 438, Uid = 1, Gid = 2 }];
        spec.Linux.Seccomp = new()
        {
            DefaultAction = "SCMP_ACT_ALLOW",
            Architectures = ["SCMP_ARCH_X86_64"],
            Syscalls =
            [
                new() { Names = ["mkdir", "chmod"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 1, Args = [new() { Index = 1, Value = 7, ValueTwo = 8, Op = "SCMP_CMP_MASKED_EQ" }] },
            ],
        };
        spec.Linux.CgroupsPath = "/x/y";
        return spec;
    }
}
