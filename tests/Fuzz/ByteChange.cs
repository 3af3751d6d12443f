namespace OciRuntime.Fuzz;

/// <summary>Changes that know nothing of the input but the characters that mean something in it.</summary>
internal static class ByteChange
{
    public static byte[] Apply(byte[] input, Random random, ReadOnlySpan<byte> alphabet)
    {
        List<byte> bytes = [.. input];
        if (bytes.Count == 0)
            return [alphabet[random.Next(alphabet.Length)]];
        int at = random.Next(bytes.Count);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.Insert(at, alphabet[random.Next(alphabet.Length)]);
                break;
            case 4:
                bytes.InsertRange(at, Enumerable.Repeat(alphabet[random.Next(alphabet.Length)], random.Next(1, 300)));
                break;
            default:
                int from = random.Next(input.Length);
                bytes.InsertRange(at, input.AsSpan(from, Math.Min(random.Next(1, 60), input.Length - from)).ToArray());
                break;
        }
        return [.. bytes];
    }
}
