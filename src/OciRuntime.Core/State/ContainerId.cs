using System.Buffers;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.State;

/// <summary>The rule for container ids: <c>[A-Za-z0-9_+-][A-Za-z0-9_+.-]*</c>, at most 255 bytes (NAME_MAX). A leading dot is not allowed.</summary>
internal static class ContainerId
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+.-");

    public static bool IsValid(string? id) =>
        !string.IsNullOrEmpty(id) && id.Length <= MaxLength && id[0] != '.' && !id.AsSpan().ContainsAnyExcept(Allowed);

    public static void Check(string? id)
    {
        if (!IsValid(id))
        {
            throw new OciException(OciErrorCode.InvalidContainerId, $"\"{id}\" is not a container id")
            {
                Object = id,
                Hint = "an id consists of letters, digits, '_', '+', '-' and '.', does not start with '.', and has at most 255 characters",
            };
        }
    }
}
