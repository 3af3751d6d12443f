using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;

namespace OciRuntime.Fuzz.Targets;

/// <summary>A user as the caller writes it, by the image's passwd and group. The input's first line is the user; a line of dashes parts the two files.</summary>
internal sealed class UserTarget : Target
{
    private const string Separator = "\n----\n";

    public override string Name => "user";

    public override byte[] Change(byte[] input, Random random) => ByteChange.Apply(input, random, "0123456789:+- \0x\t.,e\nroot"u8);

    public override bool Read(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        string[] lines = text.Split('\n', 2);
        string[] files = (lines.Length > 1 ? lines[1] : string.Empty).Split(Separator, 2);
        bool understood = Resolves(UserDatabase.Parse(files[0], files.Length > 1 ? files[1] : string.Empty), lines[0]);
        string? home = HomeDirectory.Parse(files[0], 1000);
        WrongException.Unless(home is null || home.AsSpan().IndexOfAny('\0', '\n') < 0, $"a home directory is {home}");
        return IsParsed(lines[0]) || understood;
    }

    private static bool Resolves(UserDatabase database, string user)
    {
        try
        {
            OciUser found = database.Resolve(user);
            WrongException.Unless(found.Uid != uint.MaxValue && found.Gid != uint.MaxValue && found.AdditionalGids?.Contains(uint.MaxValue) != true, "an id is -1");
            return true;
        }
        catch (OciException e)
        {
            WrongException.Unless(e.Code == OciErrorCode.InvalidArgument, $"{e.Code}: {e.Message}");
            return false;
        }
    }

    // UID[:GID] of exec: digits and nothing else (CVE-2026-30892).
    private static bool IsParsed(string user)
    {
        bool digits = user.Split(':') is { Length: 1 or 2 } parts && parts.All(IsId);
        try
        {
            (uint uid, uint? gid) = ExecProcess.ParseUser(user);
            WrongException.Unless(digits && uid != uint.MaxValue && gid != uint.MaxValue, $"{user} is {uid}:{gid}");
            return true;
        }
        catch (OciException e)
        {
            WrongException.Unless(e.Code == OciErrorCode.InvalidArgument, $"{e.Code}: {e.Message}");
            WrongException.Unless(!digits, $"{user} is refused");
            return false;
        }
    }

    private static bool IsId(string text) =>
        text.Length > 0 && text.All(char.IsAsciiDigit) && System.Numerics.BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture) < uint.MaxValue;
}
