namespace OciRuntime.Fuzz;

/// <summary>A reader of what comes from outside.</summary>
internal abstract class Target
{
    /// <summary>Its name, and that of its directory in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>What understands or refuses the input in our words. It throws anything else, or <see cref="WrongException"/>, when there is a fault.</summary>
    /// <returns>True when the input was understood.</returns>
    public abstract bool Read(byte[] input);

    /// <summary>An input that differs from one of the corpus where that has a meaning.</summary>
    public abstract byte[] Change(byte[] input, Random random);

    /// <summary>Inputs that are not files of the corpus.</summary>
    public virtual IEnumerable<byte[]> Seeds => [];
}

/// <summary>What was read is not what it must be.</summary>
internal sealed class WrongException(string message) : Exception(message)
{
    /// <summary>Throws when it is not so.</summary>
    public static void Unless(bool right, string message)
    {
        if (!right)
            throw new WrongException(message);
    }
}
