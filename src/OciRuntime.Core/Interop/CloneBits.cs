namespace OciRuntime.Core.Interop;

/// <summary>linux/sched.h: CLONE_* of clone(2), setns(2) and unshare(2), those that the project uses.</summary>
[Flags]
internal enum CloneBits : uint
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Time namespace; applies to children only.</summary>
    CLONE_NEWTIME = 0x80,
    /// <summary>The new process is a child of the caller's parent.</summary>
    CLONE_PARENT = 0x8000,
    /// <summary>Mount namespace.</summary>
    CLONE_NEWNS = 0x0002_0000,
    /// <summary>Cgroup namespace.</summary>
    CLONE_NEWCGROUP = 0x0200_0000,
    /// <summary>UTS namespace: host name and domain name.</summary>
    CLONE_NEWUTS = 0x0400_0000,
    /// <summary>IPC namespace.</summary>
    CLONE_NEWIPC = 0x0800_0000,
    /// <summary>User namespace.</summary>
    CLONE_NEWUSER = 0x1000_0000,
    /// <summary>Pid namespace; applies to children only.</summary>
    CLONE_NEWPID = 0x2000_0000,
    /// <summary>Network namespace.</summary>
    CLONE_NEWNET = 0x4000_0000,
}
