namespace OciRuntime.PowerShell.Common;

/// <summary>A piece of a process's output.</summary>
/// <param name="Value">A line without its end, or a byte array.</param>
/// <param name="IsError">It came from stderr.</param>
internal readonly record struct OutputItem(object Value, bool IsError);
