namespace OciRuntime.Core.Spec.Schema;

/// <summary>linux.seccomp (config-linux.md, "Seccomp").</summary>
internal static class SeccompSchema
{
    public static void Seccomp(SpecFields f, OciSeccomp s)
    {
        // Required by the spec, but engines write an empty object for no filter.
        s.DefaultAction = f.Text("defaultAction", s.DefaultAction) ?? string.Empty;
        s.DefaultErrnoRet = f.UInt32("defaultErrnoRet", s.DefaultErrnoRet);
        s.Architectures = f.Texts("architectures", s.Architectures);
        s.Flags = f.Texts("flags", s.Flags);
        s.ListenerPath = f.Text("listenerPath", s.ListenerPath);
        s.ListenerMetadata = f.Text("listenerMetadata", s.ListenerMetadata);
        s.Syscalls = f.Objects("syscalls", s.Syscalls, Syscall);
    }

    private static void Syscall(SpecFields f, OciSyscall s)
    {
        s.Names = f.Texts("names", s.Names, required: true);
        s.Action = f.RequiredText("action", s.Action);
        s.ErrnoRet = f.UInt32("errnoRet", s.ErrnoRet);
        s.Args = f.Objects("args", s.Args, Argument);
    }

    private static void Argument(SpecFields f, OciSyscallArg a)
    {
        a.Index = f.RequiredUInt32("index", a.Index);
        a.Value = f.RequiredUInt64("value", a.Value);
        a.ValueTwo = f.UInt64("valueTwo", a.ValueTwo == 0 ? null : a.ValueTwo) ?? 0;
        a.Op = f.RequiredText("op", a.Op);
    }
}
