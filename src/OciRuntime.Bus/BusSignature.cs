namespace OciRuntime.Bus;

/// <summary>Type signatures of D-Bus (D-Bus Specification, Type System).</summary>
internal static class BusSignature
{
    /// <summary>Arrays and structs may each be nested this deep.</summary>
    internal const int MostDepth = 32;

    private const int MostLength = 255;

    /// <summary>The index after the complete type that begins at <paramref name="start"/>.</summary>
    /// <exception cref="FormatException">There is no complete type.</exception>
    internal static int EndOfType(ReadOnlySpan<char> signature, int start) => End(signature, start, 0, 0, inArray: false);

    /// <summary>Throws unless this is a sequence of complete types.</summary>
    internal static void Check(ReadOnlySpan<char> signature)
    {
        if (signature.Length > MostLength)
            throw new FormatException("a type signature is longer than 255 bytes");
        for (int i = 0; i < signature.Length;)
            i = EndOfType(signature, i);
    }

    /// <summary>Alignment of a value of this type.</summary>
    internal static int Alignment(char type) => type switch
    {
        'y' or 'g' or 'v' => 1,
        'n' or 'q' => 2,
        'x' or 't' or 'd' or '(' or '{' => 8,
        _ => 4,
    };

    internal static bool IsBasic(char type) => "ybnqiuxtdsogh".Contains(type, StringComparison.Ordinal);

    private static int End(ReadOnlySpan<char> signature, int at, int arrays, int structs, bool inArray)
    {
        if (at >= signature.Length || arrays > MostDepth || structs > MostDepth)
            throw Bad(signature);
        char type = signature[at];
        if (IsBasic(type) || type == 'v')
            return at + 1;
        if (type == 'a')
            return End(signature, at + 1, arrays + 1, structs, inArray: true);
        if (type == '{' && inArray && at + 1 < signature.Length && IsBasic(signature[at + 1]))
        {
            int end = End(signature, at + 2, arrays, structs + 1, inArray: false);
            return end < signature.Length && signature[end] == '}' ? end + 1 : throw Bad(signature);
        }

        if (type != '(')
            throw Bad(signature);
        int next = at + 1;
        do
        {
            next = End(signature, next, arrays, structs + 1, inArray: false);
        }
        while (next < signature.Length && signature[next] != ')');
        return next < signature.Length ? next + 1 : throw Bad(signature);
    }

    private static FormatException Bad(ReadOnlySpan<char> signature) => new($"\"{signature}\" is not a type signature");
}
