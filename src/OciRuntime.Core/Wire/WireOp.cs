namespace OciRuntime.Core.Wire;

/// <summary>The primitive that failed (OCI_OPS of wire.h).</summary>
internal enum WireOp : uint
{
    None = 0,
    Image = 1,
    Recvmsg = 2,
    Sendmsg = 3,
    Fork = 4,
    Clone3 = 5,
    Setns = 6,
    Unshare = 7,
    Openat2 = 8,
    Open = 9,
    Write = 10,
    Mkdirat = 11,
    Mknodat = 12,
    Symlinkat = 13,
    Unlinkat = 14,
    Fchown = 15,
    Fchmod = 16,
    Fsopen = 17,
    Fsconfig = 18,
    Fsmount = 19,
    OpenTree = 20,
    MoveMount = 21,
    MountSetattr = 22,
    PivotRoot = 23,
    Umount2 = 24,
    Chroot = 25,
    Chdir = 26,
    Getcwd = 27,
    Sethostname = 28,
    Setdomainname = 29,
    Ioctl = 30,
    Prctl = 31,
    Prlimit = 32,
    Setgroups = 33,
    Setresgid = 34,
    Setresuid = 35,
    Capset = 36,
    Seccomp = 37,
    Execve = 38,
    Faccessat = 39,
    Stat = 40,
    Verify = 41,
    Hook = 42,
    Setsid = 43,
    Keyctl = 44,
    Socket = 45,
    Accept4 = 46,
    SchedSetattr = 47,
    IoprioSet = 48,
    SchedSetaffinity = 49,
    SetMempolicy = 50,
    Personality = 51,
    Dup = 52,
    Fault = 53,
    Pipe = 54,
    Mount = 55,
    Fspick = 56,
    PidfdOpen = 57,
    Fstatfs = 58,
    Readlinkat = 59,
    Getdents64 = 60,
    Sendfile = 61,
    Fcntl = 62,
    CloseRange = 63,
    Mmap = 64,
    Clone = 65,
}

/// <summary>The kernel's names of the primitives.</summary>
internal static class WireOpNames
{
    private static readonly string[] Names =
    [
        "", "image", "recvmsg", "sendmsg", "fork", "clone3", "setns", "unshare", "openat2", "open", "write", "mkdirat", "mknodat",
        "symlinkat", "unlinkat", "fchown", "fchmod", "fsopen", "fsconfig", "fsmount", "open_tree", "move_mount", "mount_setattr",
        "pivot_root", "umount2", "chroot", "chdir", "getcwd", "sethostname", "setdomainname", "ioctl", "prctl", "prlimit", "setgroups",
        "setresgid", "setresuid", "capset", "seccomp", "execve", "faccessat", "stat", "verify", "hook", "setsid", "keyctl", "socket",
        "accept4", "sched_setattr", "ioprio_set", "sched_setaffinity", "set_mempolicy", "personality", "dup", "fault", "pipe2", "mount", "fspick",
        "pidfd_open", "fstatfs", "readlinkat", "getdents64", "sendfile", "fcntl", "close_range", "mmap", "clone",
    ];

    /// <summary>The name, for example <c>mount_setattr</c>; empty for what is not a primitive.</summary>
    public static string Name(this WireOp op) => (uint)op < (uint)Names.Length ? Names[(int)op] : string.Empty;
}
