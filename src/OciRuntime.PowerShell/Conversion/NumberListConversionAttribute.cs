using System.Globalization;
using System.Management.Automation;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A list of CPUs or memory nodes such as <c>0-3,7</c>. PowerShell parses it as an array, which is joined again.</summary>
public sealed class NumberListConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value)
    {
        string list = string.Join(',', Each(value, item => System.Convert.ToString(item, CultureInfo.InvariantCulture)!.Trim()));
        return list.Split(',').All(IsRange) ? list : throw new ArgumentTransformationMetadataException(Messages.CpuListExpected(list));
    }

    private static bool IsRange(string part)
    {
        string[] ends = part.Split('-');
        return ends.Length is 1 or 2
            && ends.All(end => ushort.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            && ushort.Parse(ends[0], CultureInfo.InvariantCulture) <= ushort.Parse(ends[^1], CultureInfo.InvariantCulture);
    }
}
