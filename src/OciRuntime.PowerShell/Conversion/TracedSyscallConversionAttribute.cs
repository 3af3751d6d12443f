using System.Collections;
using System.Management.Automation;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>System calls of a trace: objects of Trace-OciSyscall, also those from a job, JSON or CSV, or names.</summary>
public sealed class TracedSyscallConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => Each(value, One);

    private static OciTracedSyscall One(object value) => value switch
    {
        OciTracedSyscall call => call,
        string { Length: > 0 } name => new OciTracedSyscall { Syscall = name },
        PSObject bag when bag.Properties["Syscall"]?.Value is { } name => new OciTracedSyscall
        {
            Syscall = LanguagePrimitives.ConvertTo<string>(name),
            Architecture = LanguagePrimitives.ConvertTo<string>(bag.Properties["Architecture"]?.Value) ?? string.Empty,
            Arguments = Texts(bag.Properties["Arguments"]?.Value),
        },
        _ => throw new ArgumentTransformationMetadataException(Messages.TracedCallExpected(value)),
    };

    // CSV has the name of a list's type in place of the list.
    private static List<string> Texts(object? value) =>
        Unwrap(value) is IEnumerable list and not string ? [.. list.OfType<object>().Select(static item => LanguagePrimitives.ConvertTo<string>(item))] : [];
}
