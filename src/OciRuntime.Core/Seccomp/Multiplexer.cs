namespace OciRuntime.Core.Seccomp;

/// <summary>
/// socketcall(2) and ipc(2): old system calls through which x86, ppc64le and s390x also reach calls that have their own numbers today. A rule for
/// <c>socket</c> must hold for <c>socketcall(SYS_SOCKET, ...)</c> too, where only the first argument can be seen.
/// </summary>
internal static class Multiplexer
{
    /// <summary>The old call and its first argument for a name, or null.</summary>
    internal static (string Call, uint Function)? Find(SyscallColumn column, string name)
    {
        if (column is not (SyscallColumn.X86 or SyscallColumn.Ppc64le or SyscallColumn.S390x))
            return null;
        uint function = SocketFunction(name);
        if (function != 0)
            return ("socketcall", function);
        function = IpcFunction(name);
        return function != 0 ? ("ipc", function) : null;
    }

    // SYS_* of linux/net.h
    private static uint SocketFunction(string name) => name switch
    {
        "socket" => 1,
        "bind" => 2,
        "connect" => 3,
        "listen" => 4,
        "accept" => 5,
        "getsockname" => 6,
        "getpeername" => 7,
        "socketpair" => 8,
        "send" => 9,
        "recv" => 10,
        "sendto" => 11,
        "recvfrom" => 12,
        "shutdown" => 13,
        "setsockopt" => 14,
        "getsockopt" => 15,
        "sendmsg" => 16,
        "recvmsg" => 17,
        "accept4" => 18,
        "recvmmsg" => 19,
        "sendmmsg" => 20,
        _ => 0,
    };

    // SEMOP ... SHMCTL of linux/ipc.h
    private static uint IpcFunction(string name) => name switch
    {
        "semop" => 1,
        "semget" => 2,
        "semctl" => 3,
        "semtimedop" => 4,
        "msgsnd" => 11,
        "msgrcv" => 12,
        "msgget" => 13,
        "msgctl" => 14,
        "shmat" => 21,
        "shmdt" => 22,
        "shmget" => 23,
        "shmctl" => 24,
        _ => 0,
    };
}
