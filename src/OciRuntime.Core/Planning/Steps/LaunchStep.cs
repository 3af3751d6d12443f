namespace OciRuntime.Core.Planning.Steps;

/// <summary>One step of a launch: one operation of the kernel with all its arguments.</summary>
internal abstract record LaunchStep
{
    /// <summary>The step's name, for example <c>mount</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it acts on: a path, a namespace, an id.</summary>
    public abstract string Object { get; }

    /// <summary>The other arguments in words, for display.</summary>
    public virtual string Detail => string.Empty;

    /// <summary>JSON pointer of the property that asked for the step, or null if none did.</summary>
    public string? SpecPointer { get; init; }

    /// <summary>A missing target is not an error.</summary>
    public bool IgnoreMissing { get; init; }

    /// <summary>A failure is a warning.</summary>
    public bool WarnOnly { get; init; }

    /// <inheritdoc/>
    public sealed override string ToString() => Detail.Length == 0 ? $"{Name} {Object}" : $"{Name} {Object} {Detail}";
}
