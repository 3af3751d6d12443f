namespace OciRuntime.PowerShell.Common;

/// <summary>A line of a process's output.</summary>
/// <param name="Text">Without its end.</param>
/// <param name="IsError">It came from stderr.</param>
internal readonly record struct OutputLine(string Text, bool IsError);
