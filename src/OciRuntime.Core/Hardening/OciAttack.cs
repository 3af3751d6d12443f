namespace OciRuntime.Core.Hardening;

/// <summary>An attack that was tried from inside a container, and whether it was held off.</summary>
public sealed record OciAttack
{
    /// <summary>Stable name of the attack, for example <c>CorePattern</c>.</summary>
    public required string Name { get; init; }

    /// <summary>True when it was held off, false when it got through; null when it could not be tried.</summary>
    public required bool? Held { get; init; }

    /// <summary>What was seen: the error that the attack met, what it got hold of, or why it could not be tried.</summary>
    public required string Evidence { get; init; }

    /// <summary>What the attack tries.</summary>
    public required string About { get; init; }

    /// <summary>The attack and how it ended.</summary>
    public override string ToString() => $"{Name}: {(Held is { } held ? held ? "held" : "not held" : "not tried")}: {Evidence}";
}
