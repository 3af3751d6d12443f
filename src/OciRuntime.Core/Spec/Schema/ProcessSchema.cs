namespace OciRuntime.Core.Spec.Schema;

/// <summary>process (config.md, "Process").</summary>
internal static class ProcessSchema
{
    public static void Process(SpecFields f, OciProcess p)
    {
        p.Terminal = f.Flag("terminal", p.Terminal);
        p.ConsoleSize = f.Object("consoleSize", p.ConsoleSize, ConsoleSize);
        p.User = f.Object("user", p.User, User);
        p.Args = f.Texts("args", p.Args);
        f.Foreign("commandLine");
        p.Env = f.Texts("env", p.Env);
        p.Cwd = f.RequiredText("cwd", p.Cwd);
        p.Capabilities = f.Object("capabilities", p.Capabilities, Capabilities);
        p.Rlimits = f.Objects("rlimits", p.Rlimits, Rlimit);
        p.NoNewPrivileges = f.Flag("noNewPrivileges", p.NoNewPrivileges);
        p.ApparmorProfile = f.Text("apparmorProfile", p.ApparmorProfile);
        p.OomScoreAdj = f.Int32("oomScoreAdj", p.OomScoreAdj);
        p.Scheduler = f.Object("scheduler", p.Scheduler, Scheduler);
        p.SelinuxLabel = f.Text("selinuxLabel", p.SelinuxLabel);
        p.IOPriority = f.Object("ioPriority", p.IOPriority, IOPriority);
        p.ExecCPUAffinity = f.Object("execCPUAffinity", p.ExecCPUAffinity, ExecCpuAffinity);
    }

    private static void ConsoleSize(SpecFields f, OciConsoleSize c)
    {
        c.Height = f.RequiredUInt32("height", c.Height);
        c.Width = f.RequiredUInt32("width", c.Width);
    }

    private static void User(SpecFields f, OciUser u)
    {
        // Go always writes both; they default to 0.
        u.Uid = f.UInt32("uid", u.Uid) ?? 0;
        u.Gid = f.UInt32("gid", u.Gid) ?? 0;
        u.Umask = f.UInt32("umask", u.Umask);
        u.AdditionalGids = f.Ids("additionalGids", u.AdditionalGids);
        f.Foreign("username");
    }

    private static void Capabilities(SpecFields f, OciCapabilities c)
    {
        c.Bounding = f.Texts("bounding", c.Bounding);
        c.Effective = f.Texts("effective", c.Effective);
        c.Inheritable = f.Texts("inheritable", c.Inheritable);
        c.Permitted = f.Texts("permitted", c.Permitted);
        c.Ambient = f.Texts("ambient", c.Ambient);
    }

    private static void Rlimit(SpecFields f, OciRlimit r)
    {
        r.Type = f.RequiredText("type", r.Type);
        r.Hard = f.RequiredUInt64("hard", r.Hard);
        r.Soft = f.RequiredUInt64("soft", r.Soft);
    }

    private static void Scheduler(SpecFields f, OciScheduler s)
    {
        s.Policy = f.RequiredText("policy", s.Policy);
        s.Nice = f.Int32("nice", s.Nice);
        s.Priority = f.Int32("priority", s.Priority);
        s.Flags = f.Texts("flags", s.Flags);
        s.Runtime = f.UInt64("runtime", s.Runtime);
        s.Deadline = f.UInt64("deadline", s.Deadline);
        s.Period = f.UInt64("period", s.Period);
    }

    private static void IOPriority(SpecFields f, OciIOPriority p)
    {
        p.Class = f.RequiredText("class", p.Class);
        p.Priority = f.Int32("priority", p.Priority) ?? 0;
    }

    private static void ExecCpuAffinity(SpecFields f, OciExecCpuAffinity a)
    {
        a.Initial = f.Text("initial", a.Initial);
        a.Final = f.Text("final", a.Final);
    }
}
