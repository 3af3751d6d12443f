using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>sched_getattr(2).</summary>
internal static unsafe partial class SchedulerAttributes
{
    private static long Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 315 : 275;

    public static (uint Policy, ulong Flags, int Nice) Of(int pid)
    {
        Attributes attributes = default;
        return Call(Number, pid, &attributes, (uint)sizeof(Attributes), 0) == 0
            ? (attributes.Policy, attributes.Flags, attributes.Nice)
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, int pid, Attributes* attributes, uint size, uint flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
