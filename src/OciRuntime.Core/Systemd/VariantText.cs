using System.Globalization;
using System.Text;
using OciRuntime.Bus;

namespace OciRuntime.Core.Systemd;

/// <summary>
/// Values in GVariant text format: <c>true</c>, <c>-5</c>, <c>uint64 7</c>, <c>1.5</c>, <c>'text'</c>, <c>b'bytes'</c>, <c>['a', 'b']</c>,
/// <c>{'key': 1}</c>, <c>(1, 'a')</c>, <c>&lt;variant&gt;</c>, <c>@as []</c> (GVariant Text Format).
/// </summary>
internal ref struct VariantText
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private VariantText(string text) => _text = text;

    /// <exception cref="FormatException">The text is not one value.</exception>
    internal static BusVariant Parse(string text)
    {
        var parser = new VariantText(text);
        BusVariant value = parser.Value(null);
        parser.SkipSpace();
        return parser._at == text.Length ? value : throw new FormatException($"\"{text[parser._at..]}\" follows the value");
    }

    private BusVariant Value(string? type)
    {
        if (++_depth > BusSignature.MostDepth)
            throw new FormatException("values are nested too deeply");
        SkipSpace();
        BusVariant value = Peek() switch
        {
            '\'' or '"' => Quoted(type),
            '[' => List(type),
            '{' => Dictionary(type),
            '(' => Tuple(type),
            '<' => Nested(type),
            '@' => Annotated(type),
            _ => Word(type),
        };
        _depth--;
        return type is null || value.Signature == type ? value : throw Not(value.Signature, type);
    }

    private BusVariant Annotated(string? type)
    {
        _at++;
        int end = BusSignature.EndOfType(_text, _at);
        string own = _text[_at..end].ToString();
        _at = end;
        return type is null || type == own ? Value(own) : throw Not(own, type);
    }

    private BusVariant Word(string? type)
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '-' or '+' or '_'))
            _at++;
        string word = _text[start.._at].ToString();
        if (word == "b" && Peek() is '\'' or '"')
            return new("ay", Encoding.UTF8.GetBytes(String() + "\0"));
        string? keyword = word switch
        {
            "byte" => "y",
            "boolean" => "b",
            "int16" => "n",
            "uint16" => "q",
            "int32" => "i",
            "uint32" => "u",
            "int64" => "x",
            "uint64" => "t",
            "double" => "d",
            "string" => "s",
            "objectpath" => "o",
            "signature" => "g",
            _ => null,
        };
        if (keyword is not null)
            return Value(keyword);
        if (word is "true" or "false")
            return BusVariant.Of(word == "true");
        return Number(word, type);
    }

    private static BusVariant Number(string word, string? type)
    {
        bool real = word.Contains('.', StringComparison.Ordinal) || (word.Contains('e', StringComparison.OrdinalIgnoreCase) && !IsHex(word));
        type ??= real ? "d" : "i";
        if (type == "d" && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return new("d", number);
        if (real || !TryInteger(word, out Int128 value))
            throw new FormatException($"\"{word}\" is not a value of type {type}");
        try
        {
            return new(type, type switch
            {
                "y" => checked((byte)value),
                "n" => checked((short)value),
                "q" => checked((ushort)value),
                "i" => checked((int)value),
                "u" => checked((uint)value),
                "x" => checked((long)value),
                "t" => checked((object)(ulong)value),
                _ => throw Not("a number", type),
            });
        }
        catch (OverflowException)
        {
            throw new FormatException($"{word} is out of the range of type {type}");
        }
    }

    private static bool IsHex(string word) => word.TrimStart('-', '+').StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    // As in C, 0x and a leading 0 mark other bases.
    private static bool TryInteger(string word, out Int128 value)
    {
        value = 0;
        bool negative = word.StartsWith('-');
        string digits = negative || word.StartsWith('+') ? word[1..] : word;
        int start = IsHex(digits) ? 2 : digits.Length > 1 && digits[0] == '0' ? 1 : 0;
        int numberBase = start switch { 2 => 16, 1 => 8, _ => 10 };
        if (digits.Length == start || digits.Length > 32)
            return false;
        foreach (char c in digits.AsSpan(start))
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : int.MaxValue;
            if (digit >= numberBase)
                return false;
            value = (value * numberBase) + digit;
        }

        value = negative ? -value : value;
        return true;
    }

    private BusVariant Quoted(string? type)
    {
        string text = String();
        if (type == "g")
            BusSignature.Check(text);
        if (type == "o" && !text.StartsWith('/'))
            throw new FormatException($"\"{text}\" is not an object path");
        return new(type is "o" or "g" ? type : "s", text);
    }

    private string String()
    {
        char quote = Next();
        var text = new StringBuilder();
        for (char c = Next(); c != quote; c = Next())
            text.Append(c == '\\' ? Escaped() : c.ToString());
        return text.ToString();
    }

    private string Escaped()
    {
        char c = Next();
        int digits = c switch { 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0)
            return (c switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', _ => c }).ToString();
        if (_at + digits > _text.Length || !int.TryParse(_text.Slice(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) || !Rune.IsValid(code))
            throw new FormatException("an escape is not a character");
        _at += digits;
        return new Rune(code).ToString();
    }

    private BusVariant List(string? type)
    {
        if (type is not null && type[0] != 'a')
            throw Not("an array", type);
        string? element = type?[1..];
        var values = new List<object>();
        foreach (BusVariant value in Items('[', ']', element, same: true))
        {
            element ??= value.Signature;
            values.Add(value.Value);
        }

        return element is null
            ? throw new FormatException("an empty array needs a type, such as @as []")
            : new("a" + element, element == "y" ? values.ConvertAll(static value => (byte)value).ToArray() : values.ToArray());
    }

    private BusVariant Tuple(string? type)
    {
        var values = new List<object>();
        string signature = "(";
        if (type is not null && type[0] != '(')
            throw Not("a tuple", type);
        foreach (BusVariant value in Items('(', ')', type, same: false))
        {
            values.Add(value.Value);
            signature += value.Signature;
        }

        return values.Count == 0 ? throw new FormatException("a tuple without values can't be sent") : new(signature + ")", values.ToArray());
    }

    private List<BusVariant> Items(char open, char close, string? type, bool same)
    {
        Expect(open);
        var items = new List<BusVariant>();
        int member = 1;
        while (!Skip(close))
        {
            if (items.Count > 0)
                Expect(',');
            if (!same && items.Count > 0 && Skip(close))
                break; // (1,)
            string? expected = same ? type : null;
            if (!same && type is not null)
            {
                int end = BusSignature.EndOfType(type, member);
                expected = type[member..end];
                member = end;
            }

            BusVariant item = Value(expected);
            if (same)
                type ??= item.Signature;
            items.Add(item);
        }

        return items;
    }

    private BusVariant Dictionary(string? type)
    {
        if (type is not null && !type.StartsWith("a{", StringComparison.Ordinal))
            throw Not("a dictionary", type);
        string? key = type?[2..3], value = type?[3..^1];
        var entries = new List<object>();
        Expect('{');
        while (!Skip('}'))
        {
            if (entries.Count > 0)
                Expect(',');
            BusVariant name = Value(key);
            Expect(':');
            BusVariant content = Value(value);
            (key, value) = (name.Signature, content.Signature);
            entries.Add(new[] { name.Value, content.Value });
        }

        if (key is null || !BusSignature.IsBasic(key[0]))
            throw new FormatException("a dictionary needs keys of a basic type, an empty one a type such as @a{sv} {}");
        return new($"a{{{key}{value}}}", entries.ToArray());
    }

    private BusVariant Nested(string? type)
    {
        if (type is not (null or "v"))
            throw Not("a variant", type);
        Expect('<');
        BusVariant value = Value(null);
        Expect('>');
        return new("v", value);
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private char Next() => _at < _text.Length ? _text[_at++] : throw new FormatException("it ends too early");

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private bool Skip(char c)
    {
        SkipSpace();
        if (Peek() != c)
            return false;
        _at++;
        return true;
    }

    private void Expect(char c)
    {
        if (!Skip(c))
            throw new FormatException(_at < _text.Length ? $"'{c}' is missing before \"{_text[_at..]}\"" : $"'{c}' is missing at the end");
    }

    private static FormatException Not(string found, string wanted) => new($"{found} found where type {wanted} is expected");
}
