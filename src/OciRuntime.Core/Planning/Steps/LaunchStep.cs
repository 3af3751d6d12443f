namespace OciRuntime.Core.Planning.Steps;

/// <summary>One step of a launch: one kernel primitive, decided completely.</summary>
internal abstract record LaunchStep
{
    /// <summary>The step's name, for example <c>mount</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it acts on: a path, a namespace, an id.</summary>
    public abstract string Object { get; }

    /// <summary>The rest of the step in words, for people.</summary>
    public virtual string Detail => string.Empty;

    /// <summary>JSON pointer of the property that asked for it, or null for the runtime's own steps.</summary>
    public string? SpecPointer { get; init; }

    /// <summary>A missing target is not an error.</summary>
    public bool IgnoreMissing { get; init; }

    /// <summary>A failure is a warning.</summary>
    public bool WarnOnly { get; init; }

    /// <inheritdoc/>
    public sealed override string ToString() => Detail.Length == 0 ? $"{Name} {Object}" : $"{Name} {Object} {Detail}";
}
