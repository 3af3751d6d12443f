using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// A compiled filter from an annotation: it replaces the rules of linux.seccomp, whose flags and listener stay. The kernel decides whether its instructions
/// are valid.
/// </summary>
internal static class SeccompBpfData
{
    /// <summary>The program, or null without the annotation.</summary>
    /// <exception cref="Errors.OciException">InvalidSpec: not base64, or not the size of a program.</exception>
    public static SeccompProgram? Of(OciSpec spec)
    {
        if (CrunAnnotations.Of(spec, CrunAnnotations.SeccompBpfData) is not { } text)
            return null;
        byte[] filter = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, filter, out int length))
            throw PlanBuilder.Invalid(Pointer, "the program is not base64");
        if (length == 0 || length % BpfInstruction.Size != 0 || length / BpfInstruction.Size > BpfInstruction.MaxCount)
            throw PlanBuilder.Invalid(Pointer, $"{length} bytes are not a program: one has 1 to {BpfInstruction.MaxCount} instructions of {BpfInstruction.Size} bytes");
        OciSeccomp section = spec.Linux?.Seccomp ?? new();
        bool listener = !string.IsNullOrEmpty(section.ListenerPath);
        return new(filter.AsMemory(0, length), SeccompFlags.Parse(section, listener), listener);
    }

    /// <summary>The JSON pointer of the annotation.</summary>
    public static string Pointer => CrunAnnotations.SpecPointerOf(CrunAnnotations.SeccompBpfData);
}
