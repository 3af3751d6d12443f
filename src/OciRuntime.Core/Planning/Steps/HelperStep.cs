namespace OciRuntime.Core.Planning.Steps;

/// <summary>A step that the helper does: a row of OCI_STEP_KINDS of wire.h, whose fields it fills in itself.</summary>
internal abstract record HelperStep : LaunchStep
{
    /// <summary>Its row.</summary>
    internal abstract StepKind Kind { get; }

    /// <summary>What the flags of wire.h say of it, beside those that every step may have.</summary>
    internal virtual StepBits Bits => StepBits.None;

    /// <summary>The descriptor that it works with, or null.</summary>
    internal virtual PlanFd? Descriptor => null;

    /// <summary>Fills in the fields of struct oci_step that the comment of its row names.</summary>
    internal virtual void Write(IStepFields fields)
    {
    }

    /// <summary>The flag, when the condition holds.</summary>
    protected static StepBits If(bool condition, StepBits flag) => condition ? flag : StepBits.None;
}
