using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>hooks.</summary>
internal static class HookRules
{
    public static void Check(OciSpec spec, SpecProblems problems)
    {
        if (spec.Hooks is not { } hooks)
            return;
        Hooks(hooks.Prestart, "/hooks/prestart", problems);
        Hooks(hooks.CreateRuntime, "/hooks/createRuntime", problems);
        Hooks(hooks.CreateContainer, "/hooks/createContainer", problems);
        Hooks(hooks.StartContainer, "/hooks/startContainer", problems);
        Hooks(hooks.Poststart, "/hooks/poststart", problems);
        Hooks(hooks.Poststop, "/hooks/poststop", problems);
    }

    private static void Hooks(List<OciHook>? hooks, string at, SpecProblems problems)
    {
        for (int i = 0; i < hooks?.Count; i++)
        {
            OciHook hook = hooks[i];
            string pointer = SpecPointer.Item(at, i);
            problems.AbsolutePath(pointer + "/path", hook.Path);
            if (hook.Timeout is <= 0)
                problems.Add(pointer + "/timeout", $"must be greater than zero, found {hook.Timeout}");
            problems.Environment(pointer + "/env", hook.Env);
            for (int j = 0; j < hook.Args?.Count; j++)
                problems.NoNul(SpecPointer.Item(pointer + "/args", j), hook.Args[j]);
        }
    }
}
