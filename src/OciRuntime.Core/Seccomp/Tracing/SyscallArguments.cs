using System.Globalization;

namespace OciRuntime.Core.Seccomp.Tracing;

/// <summary>The six arguments of a call as text: <c>0x1, 0x7ffd, 0x0, 0x0, 0x0, 0x0</c>.</summary>
internal static class SyscallArguments
{
    internal static string Write(in SeccompData data) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{data.Arg0:x}, 0x{data.Arg1:x}, 0x{data.Arg2:x}, 0x{data.Arg3:x}, 0x{data.Arg4:x}, 0x{data.Arg5:x}");

    /// <summary>Parses the text; null when it is not a list of six.</summary>
    internal static SeccompData? Read(SeccompArch arch, uint number, string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        ulong[] values = new ulong[6];
        if (parts.Length != values.Length)
            return null;
        for (int i = 0; i < values.Length; i++)
        {
            if (!parts[i].StartsWith("0x", StringComparison.Ordinal) || !ulong.TryParse(parts[i].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out values[i]))
                return null;
        }
        return new SeccompData(number, arch.Token, 0, values[0], values[1], values[2], values[3], values[4], values[5]);
    }
}
