namespace OciRuntime.Core.Planning.Steps;

/// <summary>A step that the helper runs: a row of OCI_STEP_KINDS in wire.h, whose fields the step fills in itself.</summary>
internal abstract record HelperStep : LaunchStep
{
    /// <summary>The row of the step.</summary>
    internal abstract StepKind Kind { get; }

    /// <summary>Its flags of wire.h, apart from those that every step may have.</summary>
    internal virtual StepBits Bits => StepBits.None;

    /// <summary>The descriptor that it uses, or null.</summary>
    internal virtual PlanFd? Descriptor => null;

    /// <summary>Fills in the fields of struct oci_step that the comment of its row names.</summary>
    internal virtual void Write(IStepFields fields)
    {
    }

    /// <summary>The flag if the condition holds, else none.</summary>
    protected static StepBits If(bool condition, StepBits flag) => condition ? flag : StepBits.None;
}
