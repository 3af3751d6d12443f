namespace OciRuntime.Core.Spec;

/// <summary>hooks: programs run at points of the lifecycle (runtime.md).</summary>
public sealed record OciHooks
{
    /// <summary>Deprecated: like createRuntime, and run before it.</summary>
    public List<OciHook>? Prestart { get; set; }

    /// <summary>In the runtime's namespaces, after the container's have been created, before pivot_root.</summary>
    public List<OciHook>? CreateRuntime { get; set; }

    /// <summary>In the container's namespaces, before pivot_root.</summary>
    public List<OciHook>? CreateContainer { get; set; }

    /// <summary>In the container, before the process is executed.</summary>
    public List<OciHook>? StartContainer { get; set; }

    /// <summary>In the runtime's namespaces, after the process has started.</summary>
    public List<OciHook>? Poststart { get; set; }

    /// <summary>In the runtime's namespaces, after the container is deleted.</summary>
    public List<OciHook>? Poststop { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        SpecText.Labelled("prestart", Prestart?.Count),
        SpecText.Labelled("createRuntime", CreateRuntime?.Count),
        SpecText.Labelled("createContainer", CreateContainer?.Count),
        SpecText.Labelled("startContainer", StartContainer?.Count),
        SpecText.Labelled("poststart", Poststart?.Count),
        SpecText.Labelled("poststop", Poststop?.Count));
}

/// <summary>One hook.</summary>
public sealed record OciHook
{
    /// <summary>Absolute path of the program.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>argv, including args[0].</summary>
    public List<string>? Args { get; set; }

    /// <summary>Environment as NAME=value; nothing else is passed on.</summary>
    public List<string>? Env { get; set; }

    /// <summary>Seconds until it is killed and fails; greater than zero.</summary>
    public int? Timeout { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.Command([Path, .. (Args ?? []).Skip(1)]);
}
