namespace Gateway.Keygen.Arguments;

/// <summary>How an operator says which organization is meant.</summary>
/// <param name="Text">An id, the beginning of one, or a name.</param>
/// <param name="Id">What it means as an id, where it can be one.</param>
internal sealed record OrganizationReference(string Text, IdPrefix? Id)
{
    /// <summary>Answers <c>null</c> and what is wrong where no organization can be called like this.</summary>
    public static OrganizationReference? TryParse(string text, out string? problem)
    {
        problem = DisplayName.Refuse(text);
        return problem is null ? new OrganizationReference(text, IdPrefix.TryParse(text)) : null;
    }
}
