namespace OciRuntime.Core.Spec;

/// <summary>process.ioPriority.class by name and number (ioprio_set(2), linux/ioprio.h).</summary>
internal static class IoPriorityNames
{
    private const int DataBits = 13;

    /// <summary>Classes; the first is number 1, since IOPRIO_CLASS_NONE can't be requested.</summary>
    internal static readonly string[] Classes = ["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"];

    /// <summary>IOPRIO_PRIO_VALUE(class, data).</summary>
    internal static uint Value(string name, int priority) => ((uint)(Array.IndexOf(Classes, name) + 1) << DataBits) | (uint)priority;
}
