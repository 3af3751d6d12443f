using System.Globalization;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class SpecPointer
{
    /// <summary>The pointer of a property of the object that a pointer names.</summary>
    public static string Property(string pointer, string name)
    {
        if (name.AsSpan().IndexOfAny('~', '/') >= 0)
            name = name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
        return pointer + "/" + name;
    }

    /// <summary>The pointer of an item of the array that a pointer names.</summary>
    public static string Item(string pointer, int index) => pointer + "/" + index.ToString(CultureInfo.InvariantCulture);
}
